import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import MailTemplates
import Outbox
import WebServer

/// Administration → System → SMTP interface.
struct SMTPPages {
    /// What a request adds to the page.
    private struct Additions {
        var typed: FormBody?
        var errors: FormErrors?
        var result: SMTPPage.Result?
        var findings: SMTPPage.Findings?
        var to: String?
        var source: String?
        var marker: String?
        var search: SMTPPage.Result?
    }

    private static let form = SettingForm.smtp

    let renderer: PageRenderer
    let accounts: AccountParts
    let outbox: OutboxActions
    let mailTest: MailTest
    let runs: MailTestRuns
    let checks: MailboxChecks

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/smtp") { request, context in try await show(request, context, Additions()) }
        group.post("admin/smtp", use: save)
        group.post("admin/smtp/waiting", use: resolve)
        group.post("admin/smtp/test", use: test)
        group.get("admin/smtp/test/:id", use: follow)
        group.post("admin/smtp/returned", use: compare)
        group.post("admin/smtp/find", use: find)
        group.get("admin/smtp/find/:id", use: found)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = Self.form.withFiles(try await renderer.form(request, context))
        return try await Self.form.save(typed, accounts, context, then: "/admin/smtp?done=smtp-saved#test") { errors in
            try await show(request, context, Additions(typed: typed, errors: errors))
        }
    }

    private func resolve(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let sends = form["action"] == "send"
        guard sends || form["action"] == "discard" else { throw DeliveriesError(.invalid) }
        _ = try await outbox.resolveLocal(
            send: sends, by: try context.signedIn().account.id, origin: context.origin(of: request))
        return .redirect(to: "/admin/smtp?done=\(sends ? "released" : "discarded")")
    }

    private func test(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let typed = form["to"].trimmingCharacters(in: .whitespacesAndNewlines)
        let text = context.text
        do {
            let address: EmailAddress
            do {
                address = try EmailAddress(parsing: typed)
            } catch {
                throw DeliveriesError(.invalid, fields: [FieldError("to", "address-\(error.rawValue)")])
            }
            let account = try context.signedIn().account
            let id = try await runs.start(to: address, author: account, language: context.language)
            try await AuditTrail(accounts).note(
                .mailTested, by: account.id, target: address.wireForm, origin: context.origin(of: request))
            return .redirect(to: "/admin/smtp/test/\(id)#result")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, Additions(errors: FormErrors(error, text), to: typed))
        }
    }

    /// The page of a test: while it is under way, the browser looks again each second, with or without scripts.
    private func follow(_ request: Request, _ context: WebContext) async throws -> Response {
        let account = try context.signedIn().account
        guard let id = context.parameters.get("id").flatMap({ RunID($0) }),
            let state = try await runs.state(of: id, for: account.id)
        else { return .redirect(to: "/admin/smtp#test") }
        let text = context.text
        switch state {
        case .running(let to):
            var response = try await show(
                request, context,
                Additions(result: SMTPPage.Result(runningTo: to, text), to: to.displayForm))
            response.lookAgain(request, at: "result")
            return response
        case .done(let report):
            return try await show(
                request, context,
                Additions(
                    result: SMTPPage.Result(report, text), to: report.to.displayForm,
                    marker: report.isHandedOver ? report.marker : nil))
        case .broken:
            throw DeliveriesError(.trouble, detail: "a test mail could not be carried out")
        }
    }

    private func compare(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let text = context.text
        let source = form["source"]
        do {
            guard let marker = TestMailMarker(in: source)?.text else {
                throw DeliveriesError(.invalid, fields: [FieldError("source", "not-the-test-mail")])
            }
            let received = try await mailTest.compare(Array(source.utf8), marker: marker)
            return try await show(
                request, context, Additions(findings: SMTPPage.Findings(received, text), source: source))
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, Additions(errors: FormErrors(error, text), source: source))
        }
    }

    /// Looks for the test mail in the mailbox of returned mail.
    private func find(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        guard let marker = TestMailMarker(in: form["marker"])?.text else {
            return .redirect(to: "/admin/smtp#returned")
        }
        return .redirect(
            to: "/admin/smtp/find/\(try await checks.start(.find(marker: marker)))?marker=\(marker)#returned")
    }

    private func found(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ RunID($0) }), let state = try await checks.state(of: id)
        else { return .redirect(to: "/admin/smtp#returned") }
        let text = context.text
        let marker = TestMailMarker(in: request.uri.queryParameters["marker"].map { String($0.prefix(100)) } ?? "")?
            .text
        switch state {
        case .broken: throw DeliveriesError(.trouble, detail: "a test mail could not be looked for")
        case .found(let received):
            return try await show(
                request, context, Additions(findings: SMTPPage.Findings(received, text), marker: marker))
        case .running, .checked, .notFound, .unreadable: break
        }
        var response = try await show(
            request, context, Additions(marker: marker, search: SMTPPage.Result(state, text)))
        if case .running = state {
            response.lookAgain(request, query: marker.map { "marker=\($0)" } ?? "", at: "returned")
        }
        return response
    }

    private func show(
        _ request: Request, _ context: WebContext, _ additions: Additions
    ) async throws -> Response {
        let text = context.text
        let account = try context.signedIn().account
        let settings = context.settings
        // Who cannot save anything sees what is in force.
        let proposals =
            additions.typed == nil && account.permits(.changeSettings) ? Self.proposals(settings, account) : [:]
        let groups = Self.form.fieldGroups(settings, typed: additions.typed, proposals: proposals, text)
        let testFields = [
            FormField.email(
                "to", text("page.smtp.testTo"), additions.to ?? account.email.displayForm,
                hint: text("page.smtp.testToHint"))
        ]
        let returnedFields = [
            FormField.area(
                "source", text("page.smtp.source"), additions.source ?? "", rows: 6, hint: text("page.smtp.sourceHint"),
                isSource: true)
        ]
        let errors = additions.errors
        let page = SMTPPage(
            page: renderer.frame(
                text("page.smtp.title"), .administration("/admin/smtp"), request, context),
            isDirect: settings.route == .direct,
            inForce: Self.inForce(settings, proposes: proposals[.mailRoute] != nil, text),
            waiting: try await waiting(settings, text), groups: groups.map { $0.judged(by: errors) },
            testFields: testFields.judged(by: errors), result: additions.result,
            returnedFields: returnedFields.judged(by: errors),
            finder: settings.text(.bounceIMAPHost).isEmpty ? nil : additions.marker.map { .init(marker: $0) },
            search: additions.search, findings: additions.findings,
            errorSummary: errors?.summary(for: groups.flatMap(\.fields) + testFields + returnedFields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func waiting(_ settings: Settings, _ text: Localizer) async throws -> SMTPPage.Waiting? {
        guard settings.route != .local, let count = try await outbox.counts().counts[.local], count > 0 else {
            return nil
        }
        return .init(text: text.plural("page.smtp.waiting", count))
    }

    /// What holds while no mail leaves, so that nobody takes a form that was not saved for it.
    private static func inForce(_ settings: Settings, proposes: Bool, _ text: Localizer) -> SMTPPage.InForce? {
        guard settings.route == .local else { return nil }
        return .init(
            text: text("page.smtp.routeLocal"),
            next: text(proposes ? "page.smtp.routeProposed" : "page.smtp.routeLocalNext"))
    }

    /// What a fresh form proposes, marked as such: the administrator reads it and saves it, or not.
    private static func proposals(_ settings: Settings, _ account: Account) -> [SettingKey: String] {
        guard settings.text(.smtpHost).isEmpty else { return [:] }
        let domain = account.email.domain
        var proposals: [SettingKey: String] = [:]
        if settings.route == .local, !settings.isLocked(.mailRoute) { proposals[.mailRoute] = "smtp" }
        if settings.homeDomains.isEmpty { proposals[.smtpHomeDomains] = domain.unicode }
        if settings.systemSender == nil { proposals[.mailSystemSender] = "depesche@\(domain.unicode)" }
        return proposals
    }
}
