import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import SenderDomains
import WebServer

/// Administration → Mail server credentials: which programs may hand mail in, and in whose name.
struct SubmissionPages {
    private static let address = "/admin/submission"

    let renderer: PageRenderer
    let accounts: AccountParts

    private var credentials: SubmissionCredentials { SubmissionCredentials(accounts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/submission", use: list)
        group.get("admin/submission/new") { request, context in try await newForm(request, context) }
        group.post("admin/submission/new", use: create)
        group.get("admin/submission/:id/revoke") { request, context in try await ask(request, context) }
        group.post("admin/submission/:id/revoke", use: revoke)
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let rows = try await credentials.list().map { credential in
            SubmissionListPage.Row(
                id: credential.id.description, name: credential.name, domains: Self.domains(of: credential),
                status: credential.revokedAt == nil
                    ? StatusView(.good, icon: "check", text("page.submission.state.inUse"))
                    : StatusView(.bad, icon: "lock", text("page.submission.state.revoked")),
                lastUsed: credential.lastUsedAt.map { renderer.time($0, context) },
                revokeHref: credential.revokedAt == nil ? "\(Self.address)/\(credential.id)/revoke" : nil)
        }
        let page = SubmissionListPage(
            page: frame(text("page.submission.title"), request, context),
            places: Self.places(context.settings), rows: rows, hasRows: !rows.isEmpty)
        return renderer.response(page)
    }

    private func newForm(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let limits = context.settings.submissionLimits
        let usable = context.settings.senderDomains.filter { $0.value.isUsable }.keys.map(\.unicode).sorted()
        let page = AdministrationFormPage(
            page: frame(text("page.submission.new"), request, context), crumb: crumb(text),
            intro: text("page.submission.newIntro"), action: "\(Self.address)/new",
            fields: [
                .line(
                    "name", text("page.submission.name"), typed?["name"] ?? "", hint: text("page.submission.nameHint"),
                    autocomplete: "off"
                ).focused,
                .area(
                    "domains", text("page.submission.domains"),
                    typed?.value("domains") ?? (usable.count == 1 ? usable[0] : ""), rows: 2,
                    hint: text("page.submission.domainsHint", ["domains": usable.prefix(20).joined(separator: ", ")])),
                .number(
                    "mailsPerHour", text("page.setting.submission.mails-per-hour.label"),
                    typed?.value("mailsPerHour") ?? String(limits.mailsPerHour)),
                .number(
                    "recipients", text("page.setting.submission.most-recipients.label"),
                    typed?.value("recipients") ?? String(limits.recipients)),
                .number(
                    "messageSize", text("page.setting.submission.largest-message.label"),
                    typed?.value("messageSize") ?? String(max(1, limits.messageSize >> 20)), suffix: "MiB"),
            ], submit: text("page.submission.create"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let text = context.text
        do {
            let made = try await credentials.create(
                SubmissionCredentialForm(
                    name: form["name"], domains: form["domains"], mailsPerHour: form["mailsPerHour"],
                    recipients: form["recipients"],
                    messageSize: Self.octets(form["messageSize"], most: context.settings.submissionLimits)),
                by: try context.signedIn().account.id, origin: context.origin(of: request))
            let page = SubmissionShownOncePage(
                page: renderer.frame(
                    text("page.submission.made"), .administration(Self.address), request, context,
                    scripts: ["copy.js"]),
                crumb: crumb(text), intro: text("page.submission.madeIntro", ["name": made.credential.name]),
                facts: [
                    FactView(text("page.submission.server"), context.settings.mailServerName),
                    FactView(
                        text("page.submission.places"),
                        Self.places(context.settings) ?? text("page.submission.nowhereShort")),
                    FactView(text("page.submission.domains"), Self.domains(of: made.credential)),
                ], user: made.credential.id.description, secret: made.password)
            return renderer.response(page)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await newForm(request, context, typed: form, errors: FormErrors(error, text))
        }
    }

    private func ask(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let credential = try await credentials.credential(try context.pathID())
        let page = ConfirmPage(
            page: frame(text("page.submission.revokeTitle"), request, context), crumb: crumb(text),
            paragraphs: [text("page.submission.revokeText", ["name": credential.name])], action: request.uri.path,
            submit: text("page.submission.revoke"), isDestructive: true, errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func revoke(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        try await credentials.revoke(
            try context.pathID(), by: try context.signedIn().account.id, origin: context.origin(of: request))
        return .redirect(to: "\(Self.address)?done=credential-revoked")
    }

    /// What was typed in mebibytes, in octets; what is left as the form proposed it is the limit itself.
    private static func octets(_ typed: String, most: SubmissionLimits) -> String {
        guard let number = Int(typed.filter { !$0.isWhitespace }), number != max(1, most.messageSize >> 20) else {
            return typed.allSatisfy(\.isWhitespace) || Int(typed.filter { !$0.isWhitespace }) != nil ? "" : typed
        }
        let octets = number.multipliedReportingOverflow(by: 1 << 20)
        return octets.overflow ? typed : String(octets.partialValue)
    }

    private static func domains(of credential: SubmissionCredential) -> String {
        credential.domains.map(\.unicode).joined(separator: ", ")
    }

    /// Where mail is taken in with a sign-in.
    private static func places(_ settings: Settings) -> String? {
        let places =
            settings.endpoints(.submissionTLSListen).map { "\($0.textWithPort) (TLS)" }
            + settings.endpoints(.submissionSTARTTLSListen).map { "\($0.textWithPort) (STARTTLS)" }
        return places.isEmpty ? nil : places.joined(separator: ", ")
    }

    private func frame(_ title: String, _ request: Request, _ context: WebContext) -> PageFrame {
        renderer.frame(title, .administration(Self.address), request, context)
    }

    private func crumb(_ text: Localizer) -> LinkView { LinkView(Self.address, text("page.submission.title")) }
}
