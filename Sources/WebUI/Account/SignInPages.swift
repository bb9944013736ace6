import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import WebServer

/// The front page, signing in and out, and the choice of a language.
struct SignInPages {
    static let languageCookieName = "depesche_language"

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to router: RouterGroup<WebContext>) {
        router.get("/", use: front)
        router.get("sign-in") { request, context in
            context.isSignedIn ? Response.redirect(to: "/deliveries") : try await signInForm(request, context)
        }
        router.post("sign-in", use: signIn)
        router.get("sign-in/second-factor") { request, context in try await secondFactorForm(request, context) }
        router.post("sign-in/second-factor", use: secondFactor)
        router.post("sign-out", use: signOut)
        router.post("language", use: chooseLanguage)
    }

    private func front(_ request: Request, _ context: WebContext) async throws -> Response {
        if context.isSignedIn { return .redirect(to: "/deliveries") }
        guard try await !SetUp(accounts).isDone() else { return InsideMiddleware.wayIn(request, context) }
        let text = context.text
        let page = MessagePage(
            page: renderer.frame(text("page.setUp.notYet"), .outside, request, context),
            paragraphs: [text("page.setUp.notYetText")])
        return renderer.response(page)
    }

    private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            let signedIn = try await SignIn(accounts).signIn(
                email: form["email"], password: form["password"], origin: context.origin(of: request),
                replacing: request.sessionToken)
            return arrive(signedIn, wayBack: form["return"], context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await signInForm(
                request, context, email: form["email"], wayBack: form["return"],
                errors: FormErrors(error, context.text))
        }
    }

    private func secondFactor(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        guard let cookie = request.sessionToken else { throw DeliveriesError(.notSignedIn) }
        do {
            let signedIn = try await SignIn(accounts).secondFactor(
                session: cookie, code: form["code"], origin: context.origin(of: request))
            return arrive(signedIn, wayBack: form["return"], context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await secondFactorForm(
                request, context, wayBack: form["return"], errors: FormErrors(error, context.text))
        }
    }

    /// After signing in: to the second factor, to its set-up, or to where the reader wanted.
    private func arrive(_ signedIn: SignedIn, wayBack: String, _ context: WebContext) -> Response {
        let wanted = LocalPath(wayBack)?.text ?? "/deliveries"
        let target =
            signedIn.needsSecondFactor
            ? "/sign-in/second-factor?return=" + InsideMiddleware.escaped(wanted)
            : signedIn.mustSetUpSecondFactor ? "/account" : wanted
        var response = Response.redirect(to: target)
        response.setCookie(context.sessionCookie(signedIn))
        response.setCookie(context.deviceCookie(signedIn))
        return response
    }

    private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        if let cookie = request.sessionToken {
            try await SignIn(accounts).signOut(cookie: cookie, origin: context.origin(of: request))
        }
        var response = Response.redirect(to: "/sign-in?done=signed-out")
        response.setCookie(context.endedSessionCookie)
        return response
    }

    private func chooseLanguage(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        var response = Response.redirect(to: LocalPath(form["return"])?.text ?? "/")
        guard let language = Language(rawValue: form["language"]) else { return response }
        if case .session(let account, let session) = context.identity, session.isComplete {
            try await Users(accounts).update(
                account.id, name: account.name, language: language, by: account.id, origin: context.origin(of: request))
        }
        response.setCookie(Self.languageCookie(language, context))
        return response
    }

    /// The cookie that remembers a stranger's language for a year.
    static func languageCookie(_ language: Language, _ context: WebContext) -> Cookie {
        Cookie(
            name: languageCookieName, value: language.rawValue, maxAge: 31_536_000, path: "/",
            secure: context.web.isSecure, httpOnly: true, sameSite: .lax)
    }

    private func signInForm(
        _ request: Request, _ context: WebContext, email: String = "", wayBack: String? = nil,
        errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let address = FormField.email("email", text("page.signIn.email"), email, autocomplete: "username")
        let password = FormField.password("password", text("page.signIn.password"), autocomplete: "current-password")
        let page = SmallFormPage(
            page: renderer.frame(text("page.signIn.title"), .outside, request, context), action: "/sign-in",
            hidden: [.init(name: "return", value: wayBack ?? request.query("return"))],
            fields: email.isEmpty ? [address.focused, password] : [address, password.focused],
            submit: text("page.signIn.submit"), links: [LinkView("/password", text("page.signIn.forgotten"))],
            errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func secondFactorForm(
        _ request: Request, _ context: WebContext, wayBack: String? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        guard case .session(_, let session) = context.identity else { return .redirect(to: "/sign-in") }
        guard !session.isComplete else { return .redirect(to: "/deliveries") }
        let text = context.text
        let page = SmallFormPage(
            page: renderer.frame(text("page.secondFactor.enter"), .outside, request, context),
            intro: text("page.secondFactor.enterText"), action: "/sign-in/second-factor",
            hidden: [.init(name: "return", value: wayBack ?? request.query("return"))],
            fields: [.code("code", text("page.secondFactor.code"))], submit: text("page.signIn.submit"),
            errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }
}
