/// How a connection to a server is secured.
public enum SMTPSecurity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// STARTTLS if the server offers it, with whomever (RFC 7435).
    case opportunistic
    /// STARTTLS is required: a server that does not offer it gets no mail (RFC 3207).
    case startTLS = "starttls"
    /// TLS from the first octet on (RFC 8314, 3.3).
    case tls
}
