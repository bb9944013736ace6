import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import Outbox
import WebServer

/// Administration → System → returned mail.
struct BouncesPages {
    private static let path = "/admin/bounces"
    private static let form = SettingForm.bounces

    let renderer: PageRenderer
    let accounts: AccountParts
    let checks: MailboxChecks

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/bounces") { request, context in try await show(request, context) }
        group.post("admin/bounces", use: save)
        group.post("admin/bounces/try", use: start)
        group.get("admin/bounces/try/:id", use: follow)
    }

    private func save(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        return try await Self.form.save(typed, accounts, context, then: "\(Self.path)?done=saved#try") { errors in
            try await show(request, context, typed: typed, errors: errors)
        }
    }

    private func start(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        guard !context.settings.text(.bounceIMAPHost).isEmpty else {
            return .redirect(to: Self.path)
        }
        return .redirect(to: "\(Self.path)/try/\(try await checks.start(.check))#result")
    }

    /// The page of a check: while it is under way, the browser looks again each second, with or without scripts.
    private func follow(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ RunID($0) }), let state = try await checks.state(of: id)
        else { return .redirect(to: "\(Self.path)#try") }
        if case .broken = state { throw DeliveriesError(.trouble, detail: "a mailbox could not be checked") }
        var response = try await show(request, context, result: SMTPPage.Result(state, context.text))
        if case .running = state { response.lookAgain(request, at: "result") }
        return response
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil,
        result: SMTPPage.Result? = nil
    ) async throws -> Response {
        let text = context.text
        let settings = context.settings
        let groups = Self.form.fieldGroups(settings, typed: typed, text)
        let page = BouncesPage(
            page: renderer.frame(text("page.bounces.title"), .administration(Self.path), request, context),
            groups: groups.map { $0.judged(by: errors) }, canTry: !settings.text(.bounceIMAPHost).isEmpty,
            result: result,
            errorSummary: errors?.summary(for: groups.flatMap(\.fields)))
        return renderer.response(page, status: errors?.status ?? .ok)
    }
}
