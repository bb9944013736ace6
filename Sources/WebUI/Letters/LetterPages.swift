import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import Secrets
import WebServer

/// What recipients do at their links: without an account, and without scripts.
///
/// GET and HEAD change nothing but the access trace; each act is a POST that answers with a redirect, so that reloading
/// repeats nothing.
struct LetterPages {
    /// For how long a browser is remembered at a link, seconds; the server forgets it with the delivery.
    private static let visitorLifetime = 180 * 86_400

    let renderer: PageRenderer
    let fetching: Fetching
    let wishes: MailWishes

    func add(to router: RouterGroup<WebContext>) {
        router.get("l") { request, context in
            try await refuse(DeliveriesError(.linkDamaged), request, local(context, request))
        }
        router.get("l/:link") { request, context in try await show(request, local(context, request)) }
        router.head("l/:link") { request, context in
            try await show(request, local(context, request)).createHeadResponse()
        }
        router.get("l/:link/report") { request, context in try await reportForm(request, local(context, request)) }
        // Reloading the answer to a form, or choosing a language there, leads back to the letter.
        for step in ["open", "password", "code", "code/ask", "fetch", "renewal", "language"] {
            router.get(RouterPath("l/:link/\(step)")) { _, context in
                Response.redirect(to: LinkAddress(context).path)
            }
        }
        router.post("l/:link/open") { request, context in try await act(request, context, open) }
        router.post("l/:link/password") { request, context in try await act(request, context, givePassword) }
        router.post("l/:link/code/ask") { request, context in try await act(request, context, askCode) }
        router.post("l/:link/code") { request, context in try await act(request, context, giveCode) }
        router.post("l/:link/fetch") { request, context in try await act(request, context, fetch) }
        router.post("l/:link/renewal") { request, context in try await act(request, context, askRenewal) }
        router.post("l/:link/report") { request, context in try await act(request, context, report) }
        router.post("l/:link/language") { request, context in try await act(request, context, chooseLanguage) }
    }

    // MARK: Looking

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = PageVisit(
            origin: context.origin(of: request), isHead: request.method == .head,
            acceptLanguage: request.headers[.acceptLanguage] ?? "",
            fetchMode: Self.header("Sec-Fetch-Mode", request),
            purpose: Self.header("Sec-Purpose", request) + Self.header("Purpose", request),
            isSecure: context.isSecure || ["127.0.0.1", "localhost", "[::1]"].contains(context.web.host))
        // Our own script that waits for the virus scanner is no visit.
        let isOwnScript =
            visit.fetchMode != "navigate" && Self.header("Sec-Fetch-Site", request) == "same-origin"
            && Self.header("Sec-Fetch-Dest", request) == "empty"
        return try await show(request, context, visit: isOwnScript ? nil : visit, trouble: LetterTrouble())
    }

    private func show(
        _ request: Request, _ context: WebContext, visit: PageVisit?, trouble: LetterTrouble
    ) async throws -> Response {
        let link = LinkAddress(context)
        let letter: RecipientPage
        do {
            letter = try await fetching.open(link.text, cookie: link.cookie(of: request), visit: visit)
        } catch let error as DeliveriesError {
            return try await refuse(error, request, context)
        }
        var context = context
        context.language = Self.choice(request) ?? letter.delivery.language
        let maker = LetterMaker(
            letter: letter, link: link, asked: link.askedAddress(of: request), text: context.text, now: renderer.now(),
            timeZone: context.web.timeZone,
            organisation: context.settings.organisationName, homeDomains: context.settings.homeDomains,
            choiceHref: try letter.recipient.map { MailWishPages.path(try wishes.token(for: $0.email)) })
        let title = letter.state == .open ? maker.title : maker.stateTitle
        let frame = renderer.frame(
            title, .outside, request, context,
            scripts: letter.isUnlocked && letter.scan == .checking ? ["poll.js"] : [],
            languageAction: link.path + "/language")
        if letter.state == .open {
            return renderer.response(maker.letterPage(frame, trouble), status: trouble.status ?? .ok)
        }
        // What is not there yet may be asked for again (RFC 9110, 15.6.4).
        let status: HTTPResponse.Status = letter.state == .unfinished ? .serviceUnavailable : .gone
        return renderer.response(maker.statePage(frame, trouble), status: trouble.status ?? status)
    }

    /// A link that leads to no delivery: what is the case, and what to do.
    private func refuse(_ error: DeliveriesError, _ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let (title, paragraphs, icon): (String, [String], String)
        switch error.code {
        case .linkDamaged:
            title = text("page.link.damaged")
            paragraphs = [text("page.link.damagedText"), text("page.link.damagedNext")]
            icon = "warning"
        case .linkReplaced:
            title = text("page.link.replaced")
            paragraphs = [text("page.link.replacedText"), text("page.link.replacedNext")]
            icon = "mail"
        case .notFound:
            title = text("page.link.unknown")
            paragraphs = [text("page.link.unknownText"), text("page.link.unknownNext")]
            icon = "search"
        default: throw error
        }
        let page = LinkStatePage(
            page: renderer.frame(
                title, .outside, request, context, languageAction: LinkAddress(context).path + "/language"),
            letter: nil, icon: icon, paragraphs: paragraphs, renewal: nil,
            about: LetterMaker.about(text, organisation: context.settings.organisationName),
            reportHref: nil, choiceHref: nil, errorSummary: nil)
        return renderer.response(page, status: error.code.status)
    }

    private func reportForm(
        _ request: Request, _ context: WebContext, words: String = "", errors: FormErrors? = nil
    ) async throws -> Response {
        let link = LinkAddress(context)
        let letter: RecipientPage
        do {
            letter = try await fetching.open(link.text)
        } catch let error as DeliveriesError {
            return try await refuse(error, request, context)
        }
        var context = context
        context.language = Self.choice(request) ?? letter.delivery.language
        let text = context.text
        let fields = [
            FormField.area("words", text("page.report.words"), words, rows: 5, hint: text("page.report.wordsHint"))
                .optional
        ]
        let page = ReportPage(
            page: renderer.frame(
                text("page.report.title"), .outside, request, context, languageAction: link.path + "/language"),
            crumb: LinkView(link.path, text("page.report.back")), action: link.path + "/report",
            fields: fields.judged(by: errors), errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    // MARK: Acting

    private typealias Act = (FormBody, LinkAddress, Token?, WebContext) async throws -> Response

    /// Runs an act; what goes wrong is said on the letter's page.
    private func act(_ request: Request, _ context: WebContext, _ act: Act) async throws -> Response {
        let context = local(context, request)
        let link = LinkAddress(context)
        do {
            let form = try await renderer.form(request, context)
            return try await act(form, link, link.cookie(of: request), context)
        } catch let error as DeliveriesError {
            switch error.code {
            case .notFound, .linkDamaged, .linkReplaced: return try await refuse(error, request, context)
            // What became of the delivery meanwhile stands on its page.
            case .withdrawn, .expired, .conflict, .incomplete: return .redirect(to: link.path)
            case let code where code.isTrouble: throw error
            default:
                var context = context
                if let letter = try? await fetching.open(link.text) {
                    context.language = Self.choice(request) ?? letter.delivery.language
                }
                let trouble = LetterTrouble(error, context.text)
                return try await show(request, context, visit: nil, trouble: trouble)
            }
        }
    }

    private func open(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        back(to: link, try await fetching.act(link.text, cookie: cookie), context)
    }

    private func givePassword(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        let known = try await fetching.givePassword(link.text, cookie: cookie, password: form["password"])
        return back(to: link, known, context)
    }

    private func askCode(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        if form.value("other") != nil {
            var response = Response.redirect(to: link.path)
            link.rememberAsked(nil, context, &response)
            return response
        }
        let typed = form.value("address")
        let asked = try await fetching.askCode(link.text, cookie: cookie, address: typed ?? "")
        var response = back(to: link, asked.known, context)
        // At a shared link the reader said the address; it is shown again, and not whether it is a recipient's.
        if typed != nil { link.rememberAsked(asked.address, context, &response) }
        return response
    }

    private func giveCode(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        back(to: link, try await fetching.giveCode(link.text, cookie: cookie, typed: form["code"]), context)
    }

    private func fetch(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        let file: DeliveryFileID?
        if let typed = form.value("file") {
            guard let id = DeliveryFileID(typed) else { throw DeliveriesError(.conflict) }
            file = id
        } else {
            file = nil
        }
        let granted: GrantedDownload
        do {
            granted = try await fetching.grant(link.text, cookie: cookie, file: file)
        } catch let error as DeliveriesError where error.code == .deliveryPasswordWrong || error.code == .codeNeeded {
            // The browser has forgotten what it proved; the letter asks for it again.
            return .redirect(to: link.path)
        }
        let name = InsideMiddleware.escaped(granted.fileName.replacing("/", with: "_"))
        var response = Response.redirect(to: "/d/\(granted.address.text)/\(name)")
        remember(granted.known, at: link, context, &response)
        return response
    }

    private func askRenewal(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        try await fetching.askRenewal(link.text)
        return .redirect(to: link.path)
    }

    private func report(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        try await fetching.report(link.text, words: form["words"])
        return .redirect(to: link.path + "?done=reported")
    }

    private func chooseLanguage(
        _ form: FormBody, _ link: LinkAddress, _ cookie: Token?, _ context: WebContext
    ) async throws -> Response {
        let back = LocalPath(form["return"]).flatMap { $0.text.hasPrefix(link.path) ? $0.text : nil } ?? link.path
        var response = Response.redirect(to: back)
        if let language = Language(rawValue: form["language"]) {
            do {
                try await fetching.chooseLanguage(language, at: link.text)
            } catch let error as DeliveriesError
                where [.linkDamaged, .notFound, .linkReplaced].contains(error.code)
            {
                // The page that says so is read in that language, too.
            }
            response.setCookie(
                Cookie(
                    name: "depesche_language", value: language.rawValue, maxAge: 365 * 86_400, path: "/",
                    secure: context.web.isSecure, httpOnly: true, sameSite: .lax))
        }
        return response
    }

    // MARK: Small things

    private func back(to link: LinkAddress, _ known: KnownVisitor, _ context: WebContext) -> Response {
        var response = Response.redirect(to: link.path)
        remember(known, at: link, context, &response)
        return response
    }

    private func remember(
        _ known: KnownVisitor, at link: LinkAddress, _ context: WebContext, _ response: inout Response
    ) {
        guard let name = Fetching.cookieName(for: link.text) else { return }
        response.setCookie(
            Cookie(
                name: name, value: known.cookie.text, maxAge: Self.visitorLifetime, path: "/",
                secure: context.web.isSecure, httpOnly: true, sameSite: .lax))
    }

    /// The context in the reader's own language: at a letter nobody is an account.
    private func local(_ context: WebContext, _ request: Request) -> WebContext {
        var context = context
        context.language = Self.choice(request) ?? context.web.language
        return context
    }

    /// The reader's choice, else the browser's (RFC 9110, 12.5.4).
    private static func choice(_ request: Request) -> Language? {
        request.cookies["depesche_language"].flatMap { Language(rawValue: $0.value) }
            ?? request.headers[.acceptLanguage].flatMap { Language(acceptLanguage: $0) }
    }

    private static func header(_ name: String, _ request: Request) -> String {
        HTTPField.Name(name).flatMap { request.headers[$0] } ?? ""
    }
}
