import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import Secrets
import WebServer

/// A forgotten password, a new one by a mailed link, and an invitation.
struct PasswordPages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to router: RouterGroup<WebContext>) {
        router.get("password") { request, context in try await forgottenForm(request, context) }
        router.post("password", use: ask)
        router.get("password/:token") { request, context in try await newForm(request, context) }
        router.post("password/:token", use: choose)
        router.get("invitation/:token") { request, context in try await invitationForm(request, context) }
        router.post("invitation/:token", use: accept)
    }

    /// The answer is the same whether the address exists or not.
    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        try await PasswordReset(accounts).request(
            email: form["email"], origin: context.origin(of: request), language: context.language)
        let text = context.text
        let page = MessagePage(
            page: renderer.frame(text("page.password.asked"), .outside, request, context),
            paragraphs: [text("page.password.askedText"), text("page.password.askedHint")],
            links: [LinkView("/sign-in", text("page.password.toSignIn"))])
        return renderer.response(page)
    }

    private func choose(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            let signedIn = try await PasswordReset(accounts).complete(
                try context.pathToken(), password: form["password"], origin: context.origin(of: request))
            return arrive(signedIn, done: "password-changed", context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await newForm(request, context, errors: FormErrors(error, context.text))
        }
    }

    private func accept(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            let signedIn = try await Invitations(accounts).complete(
                try context.pathToken(), name: form["name"], password: form["password"],
                origin: context.origin(of: request))
            return arrive(signedIn, done: "welcome", context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await invitationForm(
                request, context, name: form["name"], errors: FormErrors(error, context.text))
        }
    }

    private func arrive(_ signedIn: SignedIn, done: String, _ context: WebContext) -> Response {
        let target =
            signedIn.needsSecondFactor
            ? "/sign-in/second-factor" : signedIn.mustSetUpSecondFactor ? "/account" : "/deliveries?done=\(done)"
        var response = Response.redirect(to: target)
        response.setCookie(context.sessionCookie(signedIn))
        response.setCookie(context.deviceCookie(signedIn))
        return response
    }

    private func forgottenForm(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let page = SmallFormPage(
            page: renderer.frame(text("page.password.title"), .outside, request, context),
            intro: text("page.password.intro"), action: "/password",
            fields: [.email("email", text("page.signIn.email"), autocomplete: "username").focused],
            submit: text("page.password.submit"), links: [LinkView("/sign-in", text("page.password.toSignIn"))])
        return renderer.response(page)
    }

    private func newForm(
        _ request: Request, _ context: WebContext, errors: FormErrors? = nil
    ) async throws -> Response {
        let token = try context.pathToken()
        let account = try await PasswordReset(accounts).check(token)
        let text = context.text
        let page = SmallFormPage(
            page: renderer.frame(text("page.password.new"), .outside, request, context),
            intro: text("page.password.newText", ["email": account.email.displayForm]),
            action: "/password/\(token.text)",
            fields: [try await newPassword(of: account, text)], submit: text("page.password.newSubmit"),
            errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func invitationForm(
        _ request: Request, _ context: WebContext, name: String? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let token = try context.pathToken()
        let account = try await Invitations(accounts).check(token)
        let text = context.text
        let page = SmallFormPage(
            page: renderer.frame(text("page.invitation.title"), .outside, request, context),
            intro: text("page.invitation.intro", ["email": account.email.displayForm]),
            action: "/invitation/\(token.text)",
            fields: [
                .line(
                    "name", text("page.invitation.name"), name ?? account.name, hint: text("page.account.nameHint"),
                    autocomplete: "name"), try await newPassword(of: account, text),
            ], submit: text("page.invitation.submit"), errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func newPassword(of account: Account, _ text: Localizer) async throws -> FormField {
        let policy = try await Groups(accounts).policy(of: account.id).policy
        return .password(
            "password", text("page.password.newField"), hint: text.passwordRule(policy), autocomplete: "new-password")
    }
}
