import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import WebServer

/// My account: profile, password, sessions, access tokens. The second factor has pages of its own.
struct AccountPages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("account") { request, context in try await show(request, context) }
        group.post("account/profile", use: changeProfile)
        group.post("account/password", use: changePassword)
        group.post("account/sessions/end-others", use: endOthers)
        group.post("account/sessions/:id/end", use: endSession)
        group.post("account/tokens", use: createToken)
        group.get("account/tokens/:id/revoke", use: askRevoke)
        group.post("account/tokens/:id/revoke", use: revoke)
        SecondFactorPages(renderer: renderer, accounts: accounts).add(to: group)
    }

    private func changeProfile(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        do {
            try await Users(accounts).update(
                account.id, name: form["name"], language: Language(rawValue: form["language"]) ?? account.language,
                by: account.id, origin: context.origin(of: request))
            return .redirect(to: "/account?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    private func changePassword(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, session) = try context.signedIn()
        let form = try await renderer.form(request, context)
        do {
            try await Passwords(accounts).changePassword(
                of: account.id, old: form["old"], new: form["new"], keeping: session.id,
                origin: context.origin(of: request))
            return .redirect(to: "/account?done=password-changed")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, errors: FormErrors(error, context.text))
        }
    }

    private func endOthers(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, session) = try context.signedIn()
        _ = try await renderer.form(request, context)
        try await Sessions(accounts).endAll(of: account.id, except: session.id, origin: context.origin(of: request))
        return .redirect(to: "/account?done=sessions-ended#sessions")
    }

    private func endSession(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        try await Sessions(accounts).end(
            try context.pathID(), of: account.id, origin: context.origin(of: request))
        return .redirect(to: "/account?done=session-ended#sessions")
    }

    private func createToken(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let form = try await renderer.form(request, context)
        do {
            let scopes = form["tokenScope"].split(separator: "+").compactMap { APIToken.Scope(rawValue: String($0)) }
            let made = try await APITokens(accounts).create(
                account: account.id, name: form["tokenName"], scopes: Set(scopes),
                origin: context.origin(of: request))
            let text = context.text
            let page = ShownOncePage(
                page: renderer.frame(
                    text("page.account.tokenMade"), .account, request, context, scripts: ["copy.js"]),
                crumb: LinkView("/account#tokens", text("page.account.title")), intro: text("page.account.tokenOnce"),
                secret: made.text)
            return renderer.response(page)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            let errors = FormErrors(error, context.text, fields: ["name": "tokenName", "scopes": "tokenScope"])
            return try await show(request, context, typed: form, errors: errors)
        }
    }

    /// How much of the storage is taken; nil where there is no quota.
    private func quota(of account: Account, _ text: Localizer) async throws -> String? {
        let (policy, use) = try await Groups(accounts).use(of: account.id)
        return policy.quota.map { text("page.account.quota", ["used": text.size(use.octets), "all": text.size($0)]) }
    }

    private func askRevoke(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        let id: APITokenID = try context.pathID()
        guard let token = try await APITokens(accounts).list(of: account.id).first(where: { $0.id == id }) else {
            throw DeliveriesError(.notFound)
        }
        let text = context.text
        let page = ConfirmPage(
            page: renderer.frame(text("page.account.revokeTitle"), .account, request, context),
            crumb: LinkView("/account#tokens", text("page.account.title")),
            paragraphs: [text("page.account.revokeText", ["name": token.name])], action: request.uri.path,
            submit: text("page.account.revokeToken"), isDestructive: true)
        return renderer.response(page)
    }

    private func revoke(_ request: Request, _ context: WebContext) async throws -> Response {
        let (account, _) = try context.signedIn()
        _ = try await renderer.form(request, context)
        try await APITokens(accounts).revoke(
            try context.pathID(), of: account.id, origin: context.origin(of: request))
        return .redirect(to: "/account?done=token-revoked#tokens")
    }

    private func show(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let (account, session) = try context.signedIn()
        let text = context.text
        let sessions = try await Sessions(accounts).list(of: account.id)
        let tokens = try await APITokens(accounts).list(of: account.id)
        let policy = try await Groups(accounts).policy(of: account.id).policy
        let profile = [
            FormField.line(
                "name", text("page.account.name"), typed?.value("name") ?? account.name,
                hint: text("page.account.nameHint"), autocomplete: "name"),
            .choice(
                "language", text("page.account.language"), typed?.value("language") ?? account.language.rawValue,
                Language.allCases.map { ($0.rawValue, $0.name) }, isShort: true),
        ]
        let password = [
            FormField.password("old", text("page.account.oldPassword"), autocomplete: "current-password"),
            .password(
                "new", text("page.password.newField"), hint: text.passwordRule(policy), autocomplete: "new-password"),
        ]
        let token = [
            FormField.line(
                "tokenName", text("page.account.tokenName"), typed?["tokenName"] ?? "",
                hint: text("page.account.tokenNameHint"), autocomplete: "off"),
            .choice(
                "tokenScope", text("page.account.tokenScope"), typed?["tokenScope"] ?? "send+read",
                Self.scopeChoices(account, text), isShort: true),
        ]
        let page = AccountPage(
            page: renderer.frame(text("page.account.title"), .account, request, context),
            email: account.email.displayForm, quota: try await quota(of: account, text),
            profileFields: profile.judged(by: errors),
            passwordFields: password.judged(by: errors), tokenFields: token.judged(by: errors),
            secondFactorDemanded: context.mustSetUpSecondFactor, hasSecondFactor: account.hasSecondFactor,
            secondFactorStatus: StatusView(.good, icon: "shield", text("page.account.secondFactorOn")),
            recoveryCodesLeft: text.plural(
                "page.account.recoveryCodesLeft", account.secondFactor?.recoveryCodeHashes.count ?? 0),
            sessions: sessions.map { row(of: $0, current: session.id, context) },
            hasOtherSessions: sessions.count > 1, tokens: tokens.map { row(of: $0, context) },
            hasTokens: !tokens.isEmpty, errorSummary: errors?.summary(for: profile + password + token))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func row(of session: Session, current: SessionID, _ context: WebContext) -> AccountPage.SessionRow {
        let browser = BrowserName(session.userAgent).words(context.text)
        return .init(
            id: session.id.description, browser: browser, isThis: session.id == current,
            address: session.clientAddress, lastSeen: renderer.time(session.lastSeenAt, context),
            endLabel: context.text("page.account.endLabel", ["browser": browser, "address": session.clientAddress]))
    }

    private func row(of token: APIToken, _ context: WebContext) -> AccountPage.TokenRow {
        let text = context.text
        let scopes = APIToken.Scope.allCases.filter(token.scopes.contains).map { text("page.scope.\($0.rawValue)") }
        return .init(
            id: token.id.description, name: token.name, scopes: text.list(scopes),
            lastUsed: token.lastUsedAt.map { renderer.time($0, context) },
            revokeLabel: text("page.account.revokeLabel", ["name": token.name]))
    }

    private static func scopeChoices(_ account: Account, _ text: Localizer) -> [(value: String, label: String)] {
        var choices: [(String, String)] = []
        if account.permits(.send) { choices.append(("send+read", text("page.account.scopeSend"))) }
        choices.append(("read", text("page.account.scopeRead")))
        if account.permits(.seeAdministration) {
            choices.append(
                account.permits(.send)
                    ? ("send+read+administer", text("page.account.scopeAdminister"))
                    : ("read+administer", text("page.account.scopeReadAdminister")))
        }
        return choices.map { (value: $0.0, label: $0.1) }
    }
}
