import Deliveries
import Hummingbird
import Localization
import Secrets
import WebServer

extension WebContext {
    /// The reader's language.
    var text: Localizer { Localizer(language) }

    /// The id in the path; throws `.notFound` for what is none.
    func pathID<Entity>(_ name: String = "id") throws -> Identifier<Entity> {
        guard let id = parameters.get(name).flatMap({ Identifier<Entity>($0) }) else {
            throw DeliveriesError(.notFound)
        }
        return id
    }

    /// The token in the path; throws `.linkDamaged` for what is none.
    func pathToken(_ name: String = "token") throws -> Token {
        guard let token = parameters.get(name).flatMap({ Token(text: $0) }) else {
            throw DeliveriesError(.linkDamaged)
        }
        return token
    }

    /// Whether the reader has a session that is complete.
    var isSignedIn: Bool {
        if case .session(_, let session) = identity { return session.isComplete }
        return false
    }

    /// The cookie of a new session.
    func sessionCookie(_ signedIn: SignedIn) -> Cookie {
        Cookie(
            name: SessionMiddleware.cookieName, value: signedIn.cookie.text, expires: signedIn.session.expiresAt,
            path: "/", secure: web.isSecure, httpOnly: true, sameSite: .lax)
    }

    /// The cookie by which the browser is known when the session has ended: no new browser is told of.
    func deviceCookie(_ signedIn: SignedIn) -> Cookie {
        Cookie(
            name: WebContext.deviceCookieName, value: signedIn.device.text, maxAge: 400 * 86_400, path: "/",
            secure: web.isSecure, httpOnly: true, sameSite: .lax)
    }

    /// What takes the cookie of a session away.
    var endedSessionCookie: Cookie {
        Cookie(
            name: SessionMiddleware.cookieName, value: "", maxAge: 0, path: "/", secure: web.isSecure, httpOnly: true,
            sameSite: .lax)
    }
}

extension Localizer {
    /// What a new password must fulfil.
    func passwordRule(_ policy: AccountPolicy) -> String {
        let rule = self("page.password.rule", ["least": number(policy.passwordLength)])
        return policy.demandsFreshPassword ? "\(rule) \(self("page.password.fresh"))" : rule
    }
}

extension Request {
    /// The cookie of the reader's session, if it looks like one.
    var sessionToken: Token? { cookies[SessionMiddleware.cookieName].flatMap { Token(text: $0.value) } }

    /// A number in the query, never negative; 0 if there is none.
    func offset() -> Int {
        max(0, uri.queryParameters["offset"].flatMap { Int($0) } ?? 0)
    }

    /// A text in the query; empty if there is none.
    func query(_ name: String) -> String {
        uri.queryParameters[name[...]].map { String($0.prefix(1_000)) } ?? ""
    }
}
