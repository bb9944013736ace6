import Deliveries
public import Hummingbird

/// Refuses a request whose announced body is longer than its door allows, before a byte of it is read.
public struct BodyLimitMiddleware: RouterMiddleware {
    private let limit: Int
    private let isExempt: @Sendable (Request, WebContext) -> Bool

    /// - Parameters:
    ///   - limit: the longest body, octets.
    ///   - isExempt: which requests are judged by those who read their bodies.
    public init(limit: Int, exempt isExempt: @escaping @Sendable (Request, WebContext) -> Bool = { _, _ in false }) {
        self.limit = limit
        self.isExempt = isExempt
    }

    /// Judges Content-Length; bodies without one are counted by those who read them.
    public func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if let text = request.headers[.contentLength] {
            // RFC 9110, 8.6: digits only.
            guard let length = Int(text), length >= 0 else { throw HTTPError(.badRequest) }
            guard length <= limit || isExempt(request, context) else { throw DeliveriesError(.tooLarge) }
        }
        return try await next(request, context)
    }
}
