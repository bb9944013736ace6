import Deliveries
import Foundation
import Hummingbird
import MailMessage
import WebServer

/// `/suppressions`: addresses that get no further mail. `/reminder-refusals`: those that get no reminders.
struct SuppressionRoutes {
    private struct Model: Codable, Equatable {
        let address: String
        let reason: String
        let answer: String
        let since: Date
        let outbox: String?

        init(_ suppression: Suppression) {
            address = suppression.address.wireForm
            reason = suppression.reason.rawValue
            answer = suppression.answer
            since = suppression.at
            outbox = suppression.source?.description
        }
    }
    private struct RefusalModel: Codable, Equatable {
        let address: String
        let since: Date
    }
    private struct Form: Decodable { let address: String }

    private let suppressions: Suppressions
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        suppressions = Suppressions(database: api.accounts.database, now: api.accounts.now)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("suppressions", use: list)
        group.get("reminder-refusals", use: refusals)
        group.post("suppressions", use: add)
        group.delete("suppressions/:address", use: lift)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeOutbox)
        let found = try await suppressions.list(
            search: request.text("search"), offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...Suppressions.mostPerPage, or: 50))
        return try .json(ListModel(items: found.suppressions.map { Model($0) }, total: found.total))
    }

    private func refusals(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeOutbox)
        let found = try await suppressions.reminderRefusals(
            search: request.text("search"), offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...Suppressions.mostPerPage, or: 50))
        let items = found.refusals.map { RefusalModel(address: $0.address.wireForm, since: $0.at) }
        return try .json(ListModel(items: items, total: found.total))
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .steerOutbox)
        let form = try await json.decode(Form.self, from: request, fields: ["address"])
        let made = try await suppressions.add(form.address, by: actor.id, origin: context.origin(of: request))
        return try .json(Model(made), status: .created)
    }

    private func lift(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .steerOutbox)
        guard let text = context.parameters.get("address")?.removingPercentEncoding,
            let address = try? EmailAddress(parsing: text)
        else { throw DeliveriesError(.notFound) }
        try await suppressions.lift(address, by: actor.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }
}
