import Deliveries
import Foundation
import Hummingbird
import WebServer

/// `/events` and `/deliveries/{id}/events`: what happens, as it happens, as server-sent events.
struct EventRoutes {
    private let live: LiveEvents
    private let overview: DeliveryOverview

    init(api: RESTAPI) {
        live = api.liveEvents
        overview = DeliveryOverview(api.deliveries)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("events", use: all)
        group.get("deliveries/:id/events", use: one)
    }

    private func all(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        return try await stream(request, account: account.id, delivery: nil)
    }

    private func one(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .read)
        let id: DeliveryID = try context.identifier()
        _ = try await overview.detail(of: id, for: account.id)
        return try await stream(request, account: account.id, delivery: id)
    }

    private func stream(_ request: Request, account: AccountID, delivery: DeliveryID?) async throws -> Response {
        let given = request.headers[.lastEventID] ?? request.text("after")
        let start: Int64
        if let number = Int64(given), number >= 0 { start = number } else { start = try await live.newest() }
        let batches = live.events(after: start, of: account, delivery: delivery)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return EventStream { write in
            for try await batch in batches {
                for event in batch {
                    let data = String(decoding: try encoder.encode(EventModel(event)), as: UTF8.self)
                    try await write(ServerSentEvent(id: "\(event.number)", name: event.kind.rawValue, data: data))
                }
            }
        }.makeResponse()
    }
}
