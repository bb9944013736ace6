/// How the client signs in. Never shows its secret: descriptions and mirrors are masked.
public struct IMAPCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    enum Kind: Sendable, Hashable {
        case password, bearerToken
    }

    /// The user name.
    public let user: String
    let secret: String
    let kind: Kind

    /// User name and password, for AUTHENTICATE PLAIN or LOGIN.
    ///
    /// - Returns: nil if one of them has a NUL, which PLAIN cannot carry (RFC 4616, 2), or a line end.
    public static func password(user: String, password: String) -> IMAPCredentials? {
        IMAPCredentials(user: user, secret: password, kind: .password)
    }

    /// User name and an OAuth 2 access token, for XOAUTH2.
    ///
    /// - Returns: nil if one of them has a control character.
    public static func xoauth2(user: String, accessToken: String) -> IMAPCredentials? {
        IMAPCredentials(user: user, secret: accessToken, kind: .bearerToken)
    }

    private init?(user: String, secret: String, kind: Kind) {
        guard !user.utf8.contains(where: { $0 < 0x20 }), !secret.utf8.contains(where: { $0 < 0x20 }) else { return nil }
        self.user = user
        self.secret = secret
        self.kind = kind
    }

    /// RFC 4616, 2.
    var plainResponse: String { Base64Text.encode([0] + Array(user.utf8) + [0] + Array(secret.utf8)) }

    /// `"user=" user ^A "auth=Bearer " token ^A ^A`
    var xoauth2Response: String { Base64Text.encode(Array("user=\(user)\u{1}auth=Bearer \(secret)\u{1}\u{1}".utf8)) }

    /// What a server said, with the secret masked, should it have echoed it.
    func masking(_ text: String) -> String {
        var text = text
        for needle in [secret, plainResponse, xoauth2Response] where needle.utf8.count >= 6 {
            text = text.replacing(needle, with: "***")
        }
        return text
    }

    /// The user name; the secret is masked.
    public var description: String { "IMAPCredentials(\(user), ***)" }

    /// A mirror without the secret.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
