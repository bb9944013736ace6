/// How the client signs in (RFC 4954). Never shows its secrets: descriptions and mirrors are masked.
public struct SMTPCredentials: Sendable, Hashable {
    /// The user name.
    public let user: String
    let secret: String
    let kind: Kind
    /// The mechanisms that these credentials can be used with, the preferred one first.
    public let mechanisms: [String]

    enum Kind: Sendable, Hashable {
        case password, bearerToken
    }

    /// User name and password, for PLAIN or LOGIN, whichever the server offers (PLAIN first).
    ///
    /// - Parameter mechanisms: The mechanisms among these two that may be used; nil for both.
    /// - Returns: nil if one of them has a NUL, which PLAIN cannot carry (RFC 4616, 2).
    public static func password(
        user: String, password: String, mechanisms: [String]? = nil
    ) -> SMTPCredentials? {
        SMTPCredentials(user: user, secret: password, kind: .password, mechanisms: mechanisms ?? ["PLAIN", "LOGIN"])
    }

    /// User name and an OAuth 2 access token, for XOAUTH2.
    ///
    /// - Returns: nil if one of them has a control character.
    public static func xoauth2(user: String, accessToken: String) -> SMTPCredentials? {
        SMTPCredentials(user: user, secret: accessToken, kind: .bearerToken, mechanisms: ["XOAUTH2"])
    }

    private init?(user: String, secret: String, kind: Kind, mechanisms: [String]) {
        let forbidden: (UInt8) -> Bool = kind == .password ? { $0 == 0 } : { $0 < 0x20 }
        guard !user.utf8.contains(where: forbidden), !secret.utf8.contains(where: forbidden) else { return nil }
        self.user = user
        self.secret = secret
        self.kind = kind
        self.mechanisms = mechanisms
    }

    /// The reply with the secret masked, should the server have echoed it.
    public func masking(_ reply: SMTPReply) -> SMTPReply {
        guard reply.lines.contains(where: { line in needles.contains { line.contains($0) } }) else { return reply }
        return SMTPReply(
            code: reply.code,
            lines: reply.lines.map { line in
                needles.reduce(line) { Self.replacing($1, in: $0) }
            })
    }

    /// The texts that would give the secret away; very short ones are left out, they would mask ordinary words.
    private var needles: [String] {
        [secret, Base64.encode(secret.utf8), Base64.encode(plainResponse), Base64.encode(xoauth2Response)]
            .filter { $0.utf8.count >= 6 }
    }

    private static func replacing(_ needle: String, in text: String) -> String {
        let pattern = Array(needle.utf8)
        let octets = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < octets.count {
            if octets[index...].starts(with: pattern) {
                result += "***".utf8
                index += pattern.count
            } else {
                result.append(octets[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// RFC 4616, 2: `message = [authzid] UTF8NUL authcid UTF8NUL passwd`
    var plainResponse: [UInt8] { [0] + user.utf8 + [0] + secret.utf8 }

    /// `"user=" user ^A "auth=Bearer " token ^A ^A`
    var xoauth2Response: [UInt8] { "user=\(user)\u{1}auth=Bearer \(secret)\u{1}\u{1}".utf8.map { $0 } }
}

extension SMTPCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user name; the secret is masked.
    public var description: String { "SMTPCredentials(\(user), ***)" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without the secret.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
