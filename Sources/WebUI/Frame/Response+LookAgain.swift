import HTTPTypes
import Hummingbird
import WebServer

extension Response {
    /// Lets the browser look again in a second, with or without scripts.
    ///
    /// The address is another one each time: at the same one with a fragment browsers only scroll.
    ///
    /// - Parameters:
    ///   - request: the request that is answered; its path was checked.
    ///   - query: what the address keeps, ready to stand in one.
    ///   - fragment: the part of the page to show.
    mutating func lookAgain(_ request: Request, query: String = "", at fragment: String) {
        let turn = request.uri.queryParameters["again"].flatMap { Int($0) } ?? 0
        let kept = query.isEmpty ? "" : "&\(query)"
        headers[.refresh] = "1; url=\(request.uri.path)?again=\(max(0, min(turn, 1_000_000)) + 1)\(kept)#\(fragment)"
    }
}
