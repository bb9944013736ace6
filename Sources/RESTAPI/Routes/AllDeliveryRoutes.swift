import Deliveries
import Foundation
import Hummingbird
import MailMessage
import WebServer

/// `/all-deliveries`: who sent what to whom and what became of it, for those who watch over the installation.
struct AllDeliveryRoutes {
    private struct SenderModel: Codable, Equatable {
        let id: String
        let email: String
        let name: String
        let isDeleted: Bool

        init(_ account: Account) {
            id = account.id.description
            email = account.email.displayForm
            name = account.name
            isDeleted = account.state == .deleted
        }
    }

    private struct RowModel: Codable, Equatable {
        let id: String
        let sender: SenderModel
        let state: String
        let path: String
        let recipients: Int
        let recipientsFetched: Int
        let failed: Int
        let notSent: Int
        let files: Int
        let size: Int64
        let sentAt: Date?
        let expiresAt: Date?

        init(_ record: DeliveryRecord) {
            let summary = record.summary
            id = summary.delivery.id.description
            sender = SenderModel(record.sender)
            state = summary.delivery.state.rawValue
            path = summary.delivery.path.rawValue
            recipients = summary.recipients
            recipientsFetched = summary.recipientsFetched
            failed = summary.failed
            notSent = summary.notSent
            files = summary.files
            size = summary.size
            sentAt = summary.delivery.sentAt
            expiresAt = summary.delivery.expiresAt
        }
    }

    private struct DetailModel: Codable, Equatable {
        let id: String
        let sender: SenderModel
        let state: String
        let path: String
        let level: Int
        let hasPassword: Bool
        let sentAt: Date?
        let expiresAt: Date?
        let recipients: [RecipientModel]
        let files: [FileModel]
        let fetchedByOthers: [RecipientModel.FetchModel]
        let events: [EventModel]

        init(_ detail: DeliveryDetail, sender: Account) {
            let delivery = detail.delivery
            id = delivery.id.description
            self.sender = SenderModel(sender)
            state = delivery.state.rawValue
            path = delivery.path.rawValue
            level = delivery.level.rawValue
            hasPassword = delivery.passwordHash != nil
            sentAt = delivery.sentAt
            expiresAt = delivery.expiresAt
            recipients = detail.recipients.map { RecipientModel($0) }
            files = detail.files.map { FileModel($0) }
            fetchedByOthers = RecipientModel.FetchModel.list(detail.fetchedByOthers)
            events = detail.events.map { EventModel($0) }
        }
    }

    private let all: AllDeliveries

    init(api: RESTAPI) { all = AllDeliveries(api.deliveries) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("all-deliveries", use: list)
        group.get("all-deliveries/:id", use: show)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeDeliveries)
        let wanted = request.text("state")
        guard let state = wanted.isEmpty ? .all : DeliveryFilter(rawValue: wanted),
            AllDeliveriesSearch.states.contains(state)
        else { throw DeliveriesError(.invalid, fields: [FieldError("state", "unsupported")]) }
        let search = AllDeliveriesSearch(
            sender: request.text("sender"), recipient: request.text("recipient"), state: state,
            from: try request.moment("from"), until: try request.moment("until"))
        let found = try await all.list(
            search, offset: try request.number("offset", within: 0...1_000_000, or: 0),
            limit: try request.number("limit", within: 1...AllDeliveries.mostPerPage, or: 50))
        return try .json(ListModel(items: found.records.map { RowModel($0) }, total: found.total))
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .seeDeliveries)
        let (detail, sender) = try await all.detail(
            of: try context.identifier(), by: actor.id, origin: context.origin(of: request))
        return try .json(DetailModel(detail, sender: sender))
    }
}
