import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import MailTemplates
import WebServer

/// `/mail-templates`: the words of mails.
struct MailTemplateRoutes {
    private struct Form: Decodable {
        let subject: String
        let body: String
        let text: String?
        let phrases: [String: String]?
        let version: Int?

        var source: TemplateSource {
            TemplateSource(subject: subject, body: body, text: text, phrases: phrases ?? [:])
        }
    }
    private struct PreviewModel: Encodable {
        let subject: String
        let text: String
        let html: String
    }
    private struct SentModel: Encodable { let outbox: String }

    private static let fields: Set<String> = ["subject", "body", "text", "phrases", "version"]

    private let editing: TemplateEditing
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        editing = TemplateEditing(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("mail-templates", use: list)
        group.get("mail-templates/:kind/:language", use: show)
        group.put("mail-templates/:kind/:language", use: save)
        group.delete("mail-templates/:kind/:language", use: reset)
        group.get("mail-templates/:kind/:language/versions", use: versions)
        group.post("mail-templates/:kind/:language/versions/:version/restore", use: restore)
        group.post("mail-templates/:kind/:language/preview", use: preview)
        group.post("mail-templates/:kind/:language/send", use: send)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        let entries = try await editing.list().entries
        return try .json(
            ListModel(items: entries.map { MailTemplateSummaryModel($0) }, total: entries.count))
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        return try .json(MailTemplateModel(try await editing.entry(try place(context))))
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
        let form = try await json.decode(Form.self, from: request, fields: Self.fields)
        let entry = try await editing.save(
            form.source, at: try place(context), basedOn: form.version, by: actor.id,
            origin: context.origin(of: request))
        return try .json(MailTemplateModel(entry))
    }

    private func reset(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
        let entry = try await editing.reset(
            try place(context), by: actor.id, origin: context.origin(of: request))
        return try .json(MailTemplateModel(entry))
    }

    private func versions(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        let found = try await editing.versions(try place(context)).versions
        return try .json(ListModel(items: found.map { MailTemplateVersionModel($0) }, total: found.count))
    }

    private func restore(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
        guard let version = context.parameters.get("version").flatMap({ Int($0) }) else {
            throw DeliveriesError(.notFound)
        }
        let entry = try await editing.restore(
            version, of: try place(context), by: actor.id, origin: context.origin(of: request))
        return try .json(MailTemplateModel(entry))
    }

    private func preview(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        let form = try await json.decode(Form.self, from: request, fields: Self.fields)
        let mail = try editing.preview(form.source, at: try place(context), settings: context.settings)
        return try .json(PreviewModel(subject: mail.subject.value, text: mail.plainText, html: mail.html))
    }

    /// Sends the words in force to the one who asks.
    private func send(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
        let id = try await editing.send(
            nil, at: try place(context), to: actor, origin: context.origin(of: request))
        return try .json(SentModel(outbox: id.description), status: .accepted)
    }

    private func place(_ context: WebContext) throws -> MailTemplatePlace {
        guard let kind = context.parameters.get("kind").flatMap({ MailKind(rawValue: $0) }),
            let language = context.parameters.get("language").flatMap({ Language(rawValue: $0) })
        else { throw DeliveriesError(.notFound) }
        return MailTemplatePlace(kind, language)
    }
}
