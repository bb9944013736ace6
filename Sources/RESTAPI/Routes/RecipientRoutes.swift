import Deliveries
import Hummingbird
import MailMessage
import SenderDomains
import WebServer

/// `/recipients` and `/sender`: reading typed lists, suggestions, and what is done for one recipient.
struct RecipientRoutes {
    private struct CheckModel: Decodable { let text: String }
    private struct CorrectionModel: Decodable { let email: String }
    private struct EntryModel: Codable, Equatable {
        let text: String
        let name: String?
        let email: String?
        let problem: String?
    }
    private struct CheckedListModel: Codable, Equatable {
        let entries: [EntryModel]
        let duplicates: Int
    }
    private struct SuggestionModel: Codable, Equatable {
        let name: String
        let email: String
        let text: String
    }
    private struct SenderModel: Codable, Equatable {
        let fromName: String
        let fromAddress: String
        let replyTo: String?
        let reason: String
        let outcome: String
    }

    private let drafts: Drafts
    private let sending: Sending
    private let actions: DeliveryActions
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        drafts = Drafts(api.deliveries)
        sending = Sending(api.deliveries)
        actions = DeliveryActions(api.deliveries)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.post("recipients/check", use: check)
        group.get("recipients/suggestions", use: suggest)
        group.post("recipients/:id/correct", use: correct)
        group.post("recipients/:id/remind", use: remind)
        group.post("recipients/:id/resend", use: resend)
        group.get("sender", use: sender)
    }

    private func check(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(for: .send)
        let model = try await json.decode(CheckModel.self, from: request, fields: ["text"])
        let list = drafts.checkRecipients(model.text)
        return try .json(
            CheckedListModel(
                entries: list.entries.map {
                    EntryModel(
                        text: $0.text, name: $0.mailbox?.name, email: $0.mailbox?.address.displayForm,
                        problem: $0.problem.map { "address-\($0.rawValue)" })
                }, duplicates: list.duplicateCount))
    }

    private func suggest(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let found = try await drafts.suggestions(for: account.id, prefix: request.text("q"))
        return try .json(
            found.map { SuggestionModel(name: $0.name ?? "", email: $0.address.displayForm, text: $0.displayForm) })
    }

    private func correct(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        let model = try await json.decode(CorrectionModel.self, from: request, fields: ["email"])
        let recipient: RecipientID = try context.identifier()
        do {
            try await actions.correctAddress(
                of: recipient, by: account.id, to: model.email, origin: context.origin(of: request))
        } catch let error as DeliveriesError where error.code == .invalid {
            // The field as it is called here.
            let fields = error.fields.map { FieldError("email", $0.reason, $0.values) }
            throw DeliveriesError(.invalid, fields: fields, detail: error.detail)
        }
        return Response(status: .noContent)
    }

    private func remind(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        try await actions.remind(try context.identifier(), by: account.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func resend(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.account(for: .send)
        try await actions.resend(try context.identifier(), by: account.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }

    private func sender(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let preview = try await sending.preview(for: try context.account(for: .send).id) else {
            throw DeliveriesError(.notFound)
        }
        return try .json(
            SenderModel(
                fromName: preview.from.name ?? "", fromAddress: preview.from.address.displayForm,
                replyTo: preview.replyTo?.address.displayForm, reason: preview.reason.rawValue,
                outcome: preview.outcome.rawValue))
    }
}
