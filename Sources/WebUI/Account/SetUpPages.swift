import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import Secrets
import WebServer

/// The first page of a new server, and the question after it.
struct SetUpPages {
    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to router: RouterGroup<WebContext>) {
        router.get("setup/:token") { request, context in try await form(request, context, typed: nil) }
        router.post("setup/:token", use: complete)
        router.group().add(middleware: InsideMiddleware(demandsAdministrator: true)).get("setup/mail", use: mail)
    }

    private func complete(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let token = try context.pathToken()
        let form = SetUpForm(
            organisation: typed["organisation"], publicURL: typed.value("publicURL"), name: typed["name"],
            email: typed["email"], password: typed["password"],
            language: Language(rawValue: typed["language"]) ?? context.language)
        do {
            let signedIn = try await SetUp(accounts).complete(token, form, origin: context.origin(of: request))
            var response = Response.redirect(to: "/setup/mail")
            response.setCookie(context.sessionCookie(signedIn))
            response.setCookie(context.deviceCookie(signedIn))
            return response
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await self.form(request, context, typed: typed, errors: FormErrors(error, context.text))
        }
    }

    private func form(
        _ request: Request, _ context: WebContext, typed: FormBody?, errors: FormErrors? = nil
    ) async throws -> Response {
        let token = try context.pathToken()
        try await SetUp(accounts).check(token)
        let settings = context.settings
        let text = context.text
        let isLocked = settings.isLocked(.serverPublicURL)
        // Only a proposal, which the administrator reads and sends: nothing takes its host from a request by itself.
        let proposal =
            isLocked || settings.isSet(.serverPublicURL)
            ? settings.text(.serverPublicURL) : Self.address(of: request, context)
        let page = SetUpPage(
            page: renderer.frame(text("page.setUp.title"), .outside, request, context),
            intro: text("page.setUp.intro"), steps: SetUpPage.steps(current: 0, text),
            action: "/setup/\(token.text)", submit: text("page.setUp.submit"),
            groups: [
                .init(
                    title: text("page.setUp.organisation"), hint: nil,
                    fields: [
                        .line(
                            "organisation", text("page.setUp.organisationName"),
                            typed?["organisation"] ?? settings.organisationName,
                            hint: text("page.setUp.organisationNameHint"), autocomplete: "organization"
                        ).focused,
                        .line(
                            "publicURL", text("page.setUp.publicURL"), typed?["publicURL"] ?? proposal,
                            hint: text("page.setUp.publicURLHint"), isPlain: true
                        ).locked(isLocked),
                        .choice(
                            "language", text("page.setUp.language"), typed?["language"] ?? context.language.rawValue,
                            Language.allCases.map { ($0.rawValue, $0.name) }, hint: text("page.setUp.languageHint"),
                            isShort: true),
                    ]),
                .init(
                    title: text("page.setUp.account"), hint: text("page.setUp.accountHint"),
                    fields: [
                        .line("name", text("page.account.name"), typed?["name"] ?? "", autocomplete: "name"),
                        .email("email", text("page.signIn.email"), typed?["email"] ?? "", autocomplete: "username"),
                        .password(
                            "password", text("page.signIn.password"), hint: text.passwordRule(AccountPolicy(settings)),
                            autocomplete: "new-password"),
                    ]),
            ], errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func mail(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let page = SetUpMailPage(
            page: renderer.frame(text("page.setUpMail.title"), .deliveries, request, context),
            steps: SetUpPage.steps(current: 1, text))
        return renderer.response(page)
    }

    private static func address(of request: Request, _ context: WebContext) -> String {
        guard let authority = request.head.authority else { return context.web.publicURL }
        return "\(context.isSecure ? "https" : "http")://\(authority)"
    }
}
