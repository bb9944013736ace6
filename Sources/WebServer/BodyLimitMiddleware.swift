import Deliveries
public import Hummingbird

/// Refuses a request whose announced body is longer than its door allows, before a byte of it is read.
public struct BodyLimitMiddleware: RouterMiddleware {
    private let limit: Int

    /// - Parameter limit: the longest body, octets.
    public init(limit: Int) { self.limit = limit }

    /// Judges Content-Length; bodies without one are counted by those who read them.
    public func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if let text = request.headers[.contentLength] {
            // RFC 9110, 8.6: digits only.
            guard let length = Int(text), length >= 0 else { throw HTTPError(.badRequest) }
            guard length <= limit else { throw DeliveriesError(.tooLarge) }
        }
        return try await next(request, context)
    }
}
