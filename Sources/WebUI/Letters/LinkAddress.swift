import Deliveries
import Hummingbird
import Secrets
import WebServer

/// A link as it was asked for.
struct LinkAddress: Sendable {
    /// The link's last part, with whatever mail programs appended.
    let text: String
    /// The address of its page, without what does not belong to it.
    let path: String

    /// Reads it from the path of a request.
    init(_ context: WebContext) {
        text = String((context.parameters.get("link") ?? "").prefix(200))
        let token = text.utf8.prefix { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        path = "/l/" + String(decoding: token, as: UTF8.self)
    }

    /// The cookie by which a browser is known at this link.
    func cookie(of request: Request) -> Token? {
        Fetching.cookieName(for: text).flatMap { request.cookies[$0] }.flatMap { Token(text: $0.value) }
    }
}
