import Deliveries
import Foundation
import Hummingbird
import MailMessage
import WebServer

/// `/submission-credentials`: what programs sign in with that hand mail in.
struct SubmissionCredentialRoutes {
    private struct Form: Decodable {
        let name: String
        let domains: [String]
        let mailsPerHour: Int?
        let recipients: Int?
        let messageSize: Int?
    }

    private let credentials: SubmissionCredentials
    private let json: JSONBody

    init(api: RESTAPI) {
        json = JSONBody(clock: api.clock)
        credentials = SubmissionCredentials(api.accounts)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.get("submission-credentials", use: list)
        group.post("submission-credentials", use: create)
        group.delete("submission-credentials/:id", use: revoke)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.account(permitting: .seeSettings)
        return try .json(try await credentials.list().map { SubmissionCredentialModel($0) })
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
        let form = try await json.decode(
            Form.self, from: request, fields: ["name", "domains", "mailsPerHour", "recipients", "messageSize"])
        func text(_ number: Int?) -> String { number.map(String.init) ?? "" }
        let made = try await credentials.create(
            SubmissionCredentialForm(
                name: form.name, domains: form.domains.joined(separator: " "), mailsPerHour: text(form.mailsPerHour),
                recipients: text(form.recipients), messageSize: text(form.messageSize)),
            by: actor.id, origin: context.origin(of: request))
        return try .json(SubmissionCredentialModel(made.credential, password: made.password), status: .created)
    }

    private func revoke(_ request: Request, _ context: WebContext) async throws -> Response {
        let actor = try context.account(permitting: .changeSettings)
        try await credentials.revoke(try context.identifier(), by: actor.id, origin: context.origin(of: request))
        return Response(status: .noContent)
    }
}
