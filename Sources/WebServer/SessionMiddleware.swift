public import Deliveries
import HTTPTypes
public import Hummingbird
public import Secrets

/// Finds out who asks: by the bearer token of a program (RFC 6750, 2.1), else by the cookie of a session.
public struct SessionMiddleware: RouterMiddleware {
    /// The cookie of a session.
    public static let cookieName = "depesche_session"

    private let session: @Sendable (Token) async throws -> ResumedSession?
    private let bearer: @Sendable (String) async throws -> (account: Account, token: APIToken)?

    /// - Parameters:
    ///   - session: finds the session of a cookie.
    ///   - bearer: finds the account of an API token.
    public init(
        session: @escaping @Sendable (Token) async throws -> ResumedSession?,
        bearer: @escaping @Sendable (String) async throws -> (account: Account, token: APIToken)?
    ) {
        self.session = session
        self.bearer = bearer
    }

    /// Sets the identity; a wrong bearer token is refused, a stale cookie is a stranger.
    public func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let authorization = request.headers[.authorization] {
            let parts = authorization.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer",
                let (account, token) = try await bearer(String(parts[1]))
            else { throw DeliveriesError(.wrongCredentials) }
            context.identity = .token(account, token)
        } else if let cookie = request.cookies[Self.cookieName], let token = Token(text: cookie.value),
            let resumed = try await session(token)
        {
            context.identity = .session(resumed.account, resumed.session)
            context.mustSetUpSecondFactor = resumed.mustSetUpSecondFactor
            context.language = resumed.account.language
        }
        return try await next(request, context)
    }
}
