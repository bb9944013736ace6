import Deliveries
import HTTPTypes
public import Hummingbird
import Localization
public import WebServer

extension WebUI {
    /// The page that tells a person of an error: what happened, what it means, what to do next.
    ///
    /// Somebody who is not signed in is sent to the sign-in page instead, and comes back afterwards.
    public func errorPage(_ presented: PresentedError, _ request: Request, _ context: WebContext) async -> Response {
        let error = presented.error
        if error.code == .notSignedIn || error.code == .secondFactorNeeded, request.method == .get {
            return InsideMiddleware.wayIn(request, context)
        }
        var context = context
        if context.identity == nil { context.language = Self.language(of: request) ?? context.language }
        let text = Localizer(context.language)
        let isProof = error.fields.contains { $0.reason == "csrf" }
        let key = isProof ? "stale" : error.code.rawValue
        let title = text.has("page.error.\(key)") ? text("page.error.\(key)") : text("page.error.title")
        let words =
            isProof
            ? text("page.error.staleText")
            : text("error.\(error.code.rawValue)", ["seconds": error.retryAfter.map(String.init) ?? ""])
        let area: PageArea = context.identity == nil ? .outside : .deliveries
        let page = MessagePage(
            page: renderer.frame(title, area, request, context), paragraphs: [words],
            reference: presented.status.code >= 500 ? presented.requestID : nil,
            links: [LinkView("/", text("page.error.home"))])
        return renderer.response(page, status: presented.status)
    }

    /// An error may come before the reader's language was found out.
    private static func language(of request: Request) -> Language? {
        request.cookies[SignInPages.languageCookieName].flatMap { Language(rawValue: $0.value) }
            ?? request.headers[.acceptLanguage].flatMap { Language(acceptLanguage: $0) }
    }
}
