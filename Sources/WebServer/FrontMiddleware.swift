public import Deliveries
import HTTPTypes
public import Hummingbird
import Localization
import Logging

/// What every request meets first: settings, the client's true address, old host names, headers of every answer.
public struct FrontMiddleware: RouterMiddleware {
    private let settings: @Sendable () async throws -> Settings
    private let hasOwnTLS: Bool
    private let limit: ConnectionLimit?

    /// - Parameters:
    ///   - hasOwnTLS: whether connections end here with our own certificate.
    ///   - limit: the limit on connections, from which trusted proxies are exempt.
    ///   - settings: the settings in force, asked for once in a request.
    public init(
        hasOwnTLS: Bool, limit: ConnectionLimit? = nil, settings: @escaping @Sendable () async throws -> Settings
    ) {
        self.hasOwnTLS = hasOwnTLS
        self.limit = limit
        self.settings = settings
    }

    /// Prepares the context, redirects old host names, and adds the headers that each answer carries.
    public func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.settings = try await settings()
        context.web = WebSettings(context.settings)
        limit?.exempt(context.web.trustedProxies)
        let client = ForwardedClient(
            peer: context.peerAddress, headers: request.headers, trusted: context.web.trustedProxies)
        context.clientAddress = client.address
        context.isSecure = client.isSecure ?? hasOwnTLS
        context.language = Self.language(of: request) ?? context.web.language

        if let moved = Self.redirect(of: request, web: context.web) { return moved }
        var response = try await next(request, context)
        response.headers.addDefaults()
        if context.web.isSecure, context.isSecure {
            // RFC 6797, 6.1
            response.headers[.strictTransportSecurity] = "max-age=31536000"
        }
        return response
    }

    /// The language by the reader's own choice (a cookie), else by the browser's (RFC 9110, 12.5.4).
    static func language(of request: Request) -> Language? {
        if let chosen = request.cookies["depesche_language"].flatMap({ Language(rawValue: $0.value) }) { return chosen }
        return request.headers[.acceptLanguage].flatMap { Language(acceptLanguage: $0) }
    }

    /// A mail sent under an old host name still leads here; the target never comes from the request's Host.
    static func redirect(of request: Request, web: WebSettings) -> Response? {
        guard let authority = request.head.authority else { return nil }
        let host = hostName(of: authority)
        guard host != web.host, web.aliases.contains(where: { $0.lowercased() == host }) else { return nil }
        var response = Response(status: .permanentRedirect)
        response.headers[.location] = web.publicURL + request.uri.string
        return response
    }
}
