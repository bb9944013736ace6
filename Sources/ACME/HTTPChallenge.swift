/// What the authority looks for at a host: that this account answers there (RFC 8555, 8.3).
public struct HTTPChallenge: Sendable, Equatable {
    /// Where it is looked for: ``folder``, a slash and this, at port 80.
    public static let folder = "/.well-known/acme-challenge"
    private static let longestToken = 200

    /// The last part of the path.
    public let token: String
    /// What must stand there.
    public let answer: String

    init?(token: String, key: ACMEAccountKey) {
        guard Self.isToken(token) else { return nil }
        self.token = token
        answer = "\(token).\(key.thumbprint)"
    }

    /// Whether a text may be a token.
    public static func isToken(_ text: String) -> Bool {
        text.utf8.count <= longestToken && Base64URLText.isMadeOfItsSigns(text)
    }
}
