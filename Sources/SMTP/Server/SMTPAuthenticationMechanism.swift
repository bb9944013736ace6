/// A way to sign in that the server knows (RFC 4954, 4).
public enum SMTPAuthenticationMechanism: String, Sendable, Hashable, Codable, CaseIterable {
    /// User and password in one response (RFC 4616).
    case plain = "PLAIN"
    /// User and password in two responses; no standard, and widespread.
    case login = "LOGIN"
}
