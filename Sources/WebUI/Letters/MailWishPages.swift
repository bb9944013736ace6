import Deliveries
import HTTPTypes
import Hummingbird
import Localization
import WebServer

/// `/m/…`: the owner of an address says "no more mail", "no reminders", or takes it back; without an account.
///
/// GET and HEAD change nothing, whoever opens the link. The same address takes the click of a mail program (RFC 8058).
struct MailWishPages {
    private static let field = "wish"

    let renderer: PageRenderer
    let wishes: MailWishes

    /// The path of an address's page.
    static func path(_ token: MailWishToken) -> String { "/m/\(token.text)" }

    func add(to router: RouterGroup<WebContext>) {
        router.get("m/:token") { request, context in try await show(request, context) }
        router.head("m/:token") { request, context in try await show(request, context).createHeadResponse() }
        router.post("m/:token", use: choose)
    }

    private func show(
        _ request: Request, _ context: WebContext, error: DeliveriesError? = nil
    ) async throws -> Response {
        let text = context.text
        let known: (token: MailWishToken, wish: MailWish)
        do {
            known = try await wishes.current(Self.token(context))
        } catch let error as DeliveriesError where error.code == .linkDamaged {
            return damaged(request, context)
        }
        let errors = error.map { FormErrors($0, text) }
        let message = errors?.message(of: Self.field)
        let page = MailWishPage(
            page: renderer.frame(text("page.mailWish.title"), .outside, request, context),
            intro: text(
                "page.mailWish.intro",
                ["address": known.token.address.masked, "organisation": organisation(context)]),
            action: Self.path(known.token),
            choices: MailWish.allCases.map { wish in
                .init(
                    value: wish.rawValue, label: text("page.mailWish.choice.\(wish.rawValue)"),
                    hint: text("page.mailWish.hint.\(wish.rawValue)"), isChecked: wish == known.wish)
            },
            error: message, errorSummary: errors?.summary(naming: [Self.field]))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func choose(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await FormBody(request, limit: 16 << 10)
        let origin = context.origin(of: request)
        do {
            // RFC 8058, 3.1: a mail program sends this without cookies and follows no redirection. The token in the path
            // is the proof; nobody who does not have it can forge the request.
            if form["List-Unsubscribe"].lowercased() == "one-click" {
                try await wishes.set(.none, at: Self.token(context), origin: origin)
                return try await show(request, context)
            }
            try renderer.csrf.demand(field: form[CSRFProtection.fieldName], for: request, context: context)
            guard let wish = MailWish(rawValue: form[Self.field]) else {
                throw DeliveriesError(.invalid, fields: [FieldError(Self.field, "required")])
            }
            try await wishes.set(wish, at: Self.token(context), origin: origin)
            let path = Self.path(try await wishes.current(Self.token(context)).token)
            return .redirect(to: "\(path)?done=wish-\(wish.rawValue)")
        } catch let error as DeliveriesError where error.code == .linkDamaged {
            return damaged(request, context)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await show(request, context, error: error)
        }
    }

    private func damaged(_ request: Request, _ context: WebContext) -> Response {
        let text = context.text
        let page = MessagePage(
            page: renderer.frame(text("page.link.damaged"), .outside, request, context),
            paragraphs: [text("page.mailWish.damagedText"), text("page.mailWish.damagedNext")])
        return renderer.response(page, status: DeliveriesError.Code.linkDamaged.status)
    }

    private func organisation(_ context: WebContext) -> String {
        let name = context.settings.organisationName
        return name.isEmpty ? "Depesche" : name
    }

    private static func token(_ context: WebContext) -> String {
        String((context.parameters.get("token") ?? "").prefix(1_200))
    }
}
