import DNS
import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import Outbox
import WebServer

/// Administration → System → SMTP interface → the built-in mail server.
struct MailServerPages {
    static let path = "/admin/mailserver"

    let renderer: PageRenderer
    let checks: MailServerChecks
    let certificates: MailCertificates

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/mailserver") { try await show($0, $1) }
        group.post("admin/mailserver/check", use: start)
        group.get("admin/mailserver/check/:id", use: follow)
        group.post("admin/mailserver/certificate", use: order)
    }

    /// The place in the menu: below the SMTP interface, or of its own for those who do not see the settings.
    static func area(for context: WebContext) -> String {
        context.identity?.account.permits(.seeSettings) == true ? "/admin/smtp" : path
    }

    private func order(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        do {
            try await certificates.orderNow(
                by: try context.signedIn().account.id, origin: RequestOrigin(clientAddress: context.clientAddress))
        } catch let error as DeliveriesError where error.code == .conflict {
            // Somebody switched to files meanwhile; the page says so.
        }
        return .redirect(to: "\(Self.path)#certificate")
    }

    private func start(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let typed = form["domain"].trimmingCharacters(in: .whitespacesAndNewlines)
        do {
            var domain: MailDomain?
            if !typed.isEmpty {
                guard let parsed = try? MailDomain(parsing: typed), parsed.ascii.contains(".") else {
                    throw DeliveriesError(
                        .invalid, fields: [FieldError("domain", "not-a-domain", ["entry": String(typed.prefix(80))])])
                }
                domain = parsed
            }
            return .redirect(to: "\(Self.path)/check/\(try await checks.start(testDomain: domain))#result")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, typed: typed, errors: FormErrors(error, context.text))
        }
    }

    /// The page of a check: while it is under way, the browser looks again each second, with or without scripts.
    private func follow(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ RunID($0) }),
            let (domain, state) = try await checks.state(of: id)
        else { return .redirect(to: Self.path) }
        let text = context.text
        switch state {
        case .broken: throw DeliveriesError(.trouble, detail: "the mail server could not be checked")
        case .done(let report):
            return try await show(
                request, context, typed: domain?.unicode, result: MailServerPage.Result(report, text))
        case .running:
            var response = try await show(
                request, context, typed: domain?.unicode, result: MailServerPage.Result(running: text))
            response.lookAgain(request, at: "result")
            return response
        }
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: String? = nil, result: MailServerPage.Result? = nil,
        errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let settings = context.settings
        let identity = MailServerCheck.identity(settings)
        let report = try await certificates.report()
        let notSet = text("page.mailserver.notSet")
        let fields = [
            FormField.line(
                "domain", text("page.mailserver.testDomain"),
                typed ?? settings.systemSender?.address.domain.unicode ?? "",
                hint: text("page.mailserver.testDomainHint"), autocomplete: "off", isPlain: true)
        ]
        let page = MailServerPage(
            page: renderer.frame(
                text("page.mailserver.title"), .administration(Self.area(for: context)), request, context,
                scripts: ["copy.js"]),
            crumb: LinkView("/admin/smtp", text("page.smtp.title")), isInUse: settings.route == .direct,
            facts: [
                FactView(text("page.mailserver.name"), identity.name),
                FactView(
                    text("page.mailserver.addresses"),
                    identity.addresses.isEmpty ? notSet : text.list(identity.addresses.map(\.description))),
                FactView(
                    text("page.mailserver.family"),
                    text("page.setting.mailserver.address-family.choice.\(identity.family)")),
                FactView(text("page.mailserver.returnPathDomain"), identity.returnPathDomain ?? notSet),
            ], spf: identity.spf,
            certificate: MailServerPage.Certificate(report, text, settings.timeZone, now: renderer.now()),
            fields: fields.judged(by: errors), result: result,
            errorSummary: errors?.summary(for: fields))
        var response = renderer.response(page, status: errors?.status ?? .ok)
        if result == nil, errors == nil, report.isAboutToChange(now: renderer.now()) {
            response.lookAgain(request, at: "certificate")
        }
        return response
    }
}

extension MailServerPage.Result {
    /// The words while a check is under way.
    init(running text: Localizer) {
        self.init(
            kind: "info", icon: "clock", title: text("page.mailserver.running"),
            text: text("page.mailserver.runningText"), lines: [], hasLines: false)
    }

    /// The words for what was found.
    init(_ report: MailServerReport, _ text: Localizer) {
        let bad = report.lines.count { $0.state == .bad }
        let unknown = report.lines.contains { $0.state == .unknown }
        (kind, icon) =
            bad > 0 ? ("bad", "stop") : unknown ? ("warn", "warning") : ("good", "check-circle")
        title =
            bad > 0
            ? text.plural("page.mailserver.toRepair", bad)
            : text(unknown ? "page.mailserver.notAllKnown" : "page.mailserver.allGood")
        self.text = nil
        lines = report.lines.map { .init($0, text) }
        hasLines = true
    }
}

extension MailServerPage.Line {
    /// The words for a line.
    init(_ line: MailServerReport.Line, _ text: Localizer) {
        id = line.topic.rawValue
        switch line.state {
        case .good: (kind, icon) = ("good", "check")
        case .bad: (kind, icon) = ("bad", "stop")
        case .unknown: (kind, icon) = ("warn", "warning")
        case .unused: (kind, icon) = ("none", "dash")
        }
        word = text("page.mailserver.state.\(line.state.rawValue)")
        title = text("page.mailserver.topic.\(line.topic.rawValue)")
        self.text = text(line.text)
        isOpen = line.state == .bad || line.state == .unknown
        records = line.records.enumerated().map { index, record in
            .init(id: "\(line.topic.rawValue)-\(index)", name: record.name, type: record.type, value: record.value)
        }
    }
}
