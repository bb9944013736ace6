import Deliveries
import Foundation
import HTTPTypes
public import Hummingbird
public import Secrets

/// Proofs that an unsafe request comes from one of our own pages.
///
/// The proof is a keyed hash over a cookie that another site can neither read nor set: the session's, or for strangers
/// a random `depesche_form` cookie. Pages carry it in the hidden field `csrf`, scripts in `X-CSRF-Token`. Requests with
/// a bearer token need none: browsers do not send those by themselves.
public struct CSRFProtection: Sendable {
    /// The cookie that strangers' forms are bound to.
    public static let formCookieName = "depesche_form"
    /// The name of the hidden field.
    public static let fieldName = "csrf"

    private let keyRing: KeyRing
    private let random: any RandomSource

    /// - Parameters:
    ///   - keyRing: keys the proofs.
    ///   - random: makes the strangers' cookies.
    public init(keyRing: KeyRing, random: any RandomSource) {
        self.keyRing = keyRing
        self.random = random
    }

    /// The proof for a page that answers `request`, and the cookie to set where the reader has none yet.
    public func issue(for request: Request, context: WebContext) -> (proof: String, cookie: Cookie?) {
        if let bound = Self.bound(request, context) { return (proof(for: bound), nil) }
        let token = Token(random: random)
        let cookie = Cookie(
            name: Self.formCookieName, value: token.text, path: "/", secure: context.web.isSecure, httpOnly: true,
            sameSite: .lax)
        return (proof(for: token.text), cookie)
    }

    /// Whether `given` proves that the request comes from one of our pages.
    public func isValid(_ given: String?, for request: Request, context: WebContext) -> Bool {
        guard let given, let bound = Self.bound(request, context) else { return false }
        let left = Array(given.utf8)
        let right = Array(proof(for: bound).utf8)
        // All octets are looked at, so that the time tells nothing.
        return left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Throws `.forbidden` unless the request is safe, carries a bearer token, or brings a proof in the header or field.
    public func demand(field: String?, for request: Request, context: WebContext) throws {
        if request.method == .get || request.method == .head || request.method == .options { return }
        if case .token = context.identity { return }
        guard isValid(request.headers[.csrfToken] ?? field, for: request, context: context) else {
            throw DeliveriesError(.forbidden, fields: [FieldError(Self.fieldName, "csrf")])
        }
    }

    private static func bound(_ request: Request, _ context: WebContext) -> String? {
        if case .session = context.identity { return request.cookies[SessionMiddleware.cookieName]?.value }
        return request.cookies[formCookieName].flatMap { Token(text: $0.value)?.text }
    }

    private func proof(for cookie: String) -> String {
        Data(keyRing.hmac(purpose: .form, message: Data(cookie.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
