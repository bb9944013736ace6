import Foundation
import Hummingbird
import Localization

/// The foot of a long list: which part is shown, and the ways to the parts before and after.
struct PagingView: Sendable, Equatable {
    let range: String
    let previousHref: String?
    let nextHref: String?

    /// Nil if everything fits on one page.
    ///
    /// - Parameters:
    ///   - offset: how many entries are before this part.
    ///   - limit: how many a part has at the most.
    ///   - total: how many there are; nil if nobody counts them, then `shown` tells whether more may follow.
    ///   - shown: how many are shown.
    ///   - request: the page's address, whose other parameters are kept.
    init?(offset: Int, limit: Int, total: Int?, shown: Int, request: Request, text: Localizer) {
        let hasNext = total.map { offset + shown < $0 } ?? (shown == limit)
        guard offset > 0 || hasNext else { return nil }
        let span = ["first": text.number(offset + (shown > 0 ? 1 : 0)), "last": text.number(offset + shown)]
        range =
            total.map { text("page.form.rangeOfTotal", span.merging(["total": text.number($0)]) { $1 }) }
            ?? text("page.form.range", span)
        previousHref = offset > 0 ? Self.href(request, offset: max(0, offset - limit)) : nil
        nextHref = hasNext ? Self.href(request, offset: offset + limit) : nil
    }

    private static func href(_ request: Request, offset: Int) -> String {
        var components = URLComponents()
        components.path = request.uri.path
        components.queryItems =
            request.uri.queryParameters.filter { $0.key != "offset" && $0.key != "done" }.map {
                URLQueryItem(name: String($0.key), value: String($0.value))
            } + (offset > 0 ? [URLQueryItem(name: "offset", value: String(offset))] : [])
        return components.string ?? request.uri.path
    }
}
