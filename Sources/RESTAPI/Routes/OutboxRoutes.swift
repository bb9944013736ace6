import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import MailMessage
import Outbox
import WebServer

/// `/outbox`: the queue of mail, by message and by destination.
struct OutboxRoutes {
    private struct OrderRequest: Decodable {
        let action: String
        let destination: String
    }

    private let outbox: OutboxActions
    private let orders: DestinationOrders
    private let now: @Sendable () -> Date
    private let json: JSONBody

    init(api: RESTAPI) {
        outbox = api.outbox
        orders = api.orders
        now = api.accounts.now
        json = JSONBody(clock: api.clock)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("outbox", use: list)
        group.get("outbox/destinations", use: destinations)
        group.post("outbox/destinations", use: order)
        group.get("outbox/orders/:id", use: follow)
        group.get("outbox/:id", use: show)
        group.post("outbox/:id/retry") { try await act($0, $1, outbox.retry) }
        group.post("outbox/:id/cancel") { try await act($0, $1, outbox.cancel) }
        group.post("outbox/:id/hold") { try await act($0, $1, outbox.hold) }
        group.post("outbox/:id/release") { try await act($0, $1, outbox.release) }
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeOutbox)
        var filter = OutboxFilter(search: request.text("search"))
        let wanted = request.text("state")
        if !wanted.isEmpty {
            guard let state = OutboxEntry.State(rawValue: wanted) else {
                throw DeliveriesError(.invalid, fields: [FieldError("state", "unsupported")])
            }
            filter.states = [state]
        }
        let destination = request.text("destination")
        if !destination.isEmpty { filter.destination = try Self.domain(destination).ascii }
        let age = try request.number("age", within: 0...31_536_000, or: 0)
        if age > 0 { filter.createdBefore = now().addingTimeInterval(-Double(age)) }
        let (entries, total) = try await outbox.list(
            filter, offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...200, or: 50))
        return try .json(ListModel(items: entries.map { OutboxModel($0) }, total: total))
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeOutbox)
        let (entry, attempts) = try await outbox.show(try context.identifier())
        return try .json(OutboxDetailModel(entry, attempts))
    }

    private func act(
        _ request: Request, _ context: WebContext,
        _ action: (OutboxEntryID, AccountID?, RequestOrigin) async throws -> Void
    ) async throws -> Response {
        let actor = try context.account(permitting: .steerOutbox)
        try await action(try context.identifier(), actor.id, context.origin(of: request))
        return Response(status: .noContent)
    }

    private func destinations(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeMailHealth)
        let (states, total) = try await outbox.destinations(
            offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...200, or: 50))
        return try .json(ListModel(items: states.map { DestinationModel($0) }, total: total))
    }

    private func order(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .steerOutbox)
        let model = try await json.decode(OrderRequest.self, from: request, fields: ["action", "destination"])
        guard let action = DestinationOrder.Action(rawValue: model.action) else {
            throw DeliveriesError(.unsupportedOption, fields: [FieldError("action", "unsupported")])
        }
        let order = DestinationOrder(action, destination: try Self.domain(model.destination))
        let id = try await orders.start(order, by: actor.id, origin: context.origin(of: request))
        return try .json(DestinationOrderModel(id, order, .running(0)), status: .accepted)
    }

    private func follow(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .steerOutbox)
        let id: RunID = try context.identifier()
        guard let (order, state) = try await orders.state(of: id) else { throw DeliveriesError(.notFound) }
        return try .json(DestinationOrderModel(id, order, state))
    }

    private static func domain(_ text: String) throws -> MailDomain {
        guard let domain = try? MailDomain(parsing: text) else {
            throw DeliveriesError(
                .invalid, fields: [FieldError("destination", "not-a-domain", ["entry": String(text.prefix(80))])])
        }
        return domain
    }
}
