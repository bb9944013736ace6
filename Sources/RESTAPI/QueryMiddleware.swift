import Deliveries
import HTTPTypes
import Hummingbird
import WebServer

/// Refuses parameters in the address that a route does not know, as unknown fields in a body are refused: what somebody
/// asked for is never silently left out.
struct QueryMiddleware: RouterMiddleware {
    /// What each route reads, by method and path, the latter as the router and the description of the interface write
    /// it; the others read nothing.
    static let known: [String: Set<String>] = [
        "GET /all-deliveries": ["sender", "recipient", "state", "from", "until", "offset", "limit"],
        "GET /audit": ["topic", "action", "actor", "target", "address", "from", "until", "offset", "limit"],
        "GET /deliveries": ["search", "state", "mailbox", "offset", "limit"],
        "GET /deliveries/{id}/events": ["after"],
        "GET /deliveries/{id}/receipt": ["format", "language"],
        "GET /events": ["after"],
        "GET /outbox": ["search", "state", "destination", "age", "offset", "limit"],
        "GET /groups/{id}/members": ["offset", "limit"],
        "GET /held-files": ["offset", "limit"],
        "GET /outbox/destinations": ["offset", "limit"],
        "GET /recipients/suggestions": ["q"],
        "GET /reminder-refusals": ["search", "offset", "limit"],
        "GET /reports": ["month", "months", "sender", "format"],
        "GET /suppressions": ["search", "offset", "limit"],
        "DELETE /groups/{id}": ["handOverTo"],
        "DELETE /users/{id}": ["deliveries", "handOverTo"],
        "GET /users": ["search", "offset", "limit"],
    ]

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if let query = request.uri.query, !query.isEmpty {
            let path = (context.endpointPath ?? "").split(separator: "/").dropFirst(2).joined(separator: "/")
            let known = Self.known["\(request.method.rawValue) /\(path)"] ?? []
            var unknown: [String] = []
            for name in FormBody(encoded: query.utf8).fields.map(\.name) {
                guard !known.contains(name), !unknown.contains(name), unknown.count < 20 else { continue }
                unknown.append(name)
            }
            guard unknown.isEmpty else {
                throw DeliveriesError(
                    .unsupportedOption,
                    fields: unknown.map { FieldError(String($0.prefix(100)), "unknown-parameter") })
            }
        }
        return try await next(request, context)
    }
}
