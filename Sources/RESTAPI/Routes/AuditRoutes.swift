import Deliveries
import Foundation
import Hummingbird
import WebServer

/// `/audit`: who did what, from where.
struct AuditRoutes {
    private struct Model: Codable, Equatable {
        let number: Int64
        let at: Date
        let action: String
        let actor: String?
        let target: String
        let clientAddress: String

        init(_ record: AuditRecord) {
            number = record.number
            at = record.at
            action = record.action
            actor = record.actor?.description ?? record.pseudonym
            target = record.target
            clientAddress = record.clientAddress
        }
    }

    private let trail: AuditTrail

    init(api: RESTAPI) {
        trail = AuditTrail(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("audit", use: list)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeAudit)
        let topic = request.text("topic")
        guard topic.isEmpty || AuditTopic(rawValue: topic) != nil else {
            throw DeliveriesError(.invalid, fields: [FieldError("topic", "unsupported")])
        }
        let search = AuditSearch(
            topic: AuditTopic(rawValue: topic), action: request.text("action"), actor: request.text("actor"),
            target: request.text("target"), clientAddress: request.text("address"),
            from: try request.moment("from"),
            until: try request.moment("until"))
        let found = try await trail.find(
            search, offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...AuditTrail.mostPerPage, or: 50))
        return try .json(ListModel(items: found.records.map { Model($0) }, total: found.total))
    }
}
