import Deliveries
import Foundation
import Hummingbird
import MailMessage
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

    /// The address that this browser asked a code for at a shared link. In a cookie: addresses of pages end in logs.
    func askedAddress(of request: Request) -> EmailAddress? {
        guard let name = askedCookie, let value = request.cookies[name]?.value, let octets = Base64URL.decode(value)
        else { return nil }
        return try? EmailAddress(parsing: String(decoding: octets, as: UTF8.self))
    }

    /// Keeps that address as long as its code is valid; `nil` forgets it.
    func rememberAsked(_ address: EmailAddress?, _ context: WebContext, _ response: inout Response) {
        guard let name = askedCookie else { return }
        response.setCookie(
            Cookie(
                name: name, value: address.map { Base64URL.encode(Array($0.wireForm.utf8)) } ?? "",
                maxAge: address == nil ? 0 : Int(Fetching.codeLifetime), path: "/", secure: context.web.isSecure,
                httpOnly: true, sameSite: .lax))
    }

    private var askedCookie: String? { Fetching.cookieName(for: text).map { $0 + "_asked" } }

    /// The cookie by which a browser is known at this link.
    func cookie(of request: Request) -> Token? {
        Fetching.cookieName(for: text).flatMap { request.cookies[$0] }.flatMap { Token(text: $0.value) }
    }
}
