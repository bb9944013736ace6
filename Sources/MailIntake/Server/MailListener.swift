public import NIOSSL

/// A place where mail may come in.
public struct MailListener: Sendable {
    /// How the connections are protected.
    public enum Security: Sendable {
        /// Not at all; for networks that are trusted.
        case none
        /// Once the client asks for it (RFC 3207).
        case startTLS(NIOSSLContext)
        /// From the first octet on (RFC 8314, 3.3).
        case tls(NIOSSLContext)
    }

    /// What it is called in the log.
    public let name: String
    /// The address to listen on.
    public let host: String
    /// The port; 0 lets the system choose.
    public let port: Int
    /// How the connections are protected.
    public let security: Security
    /// Who decides about the mail.
    public let desk: any MailIntakeDesk

    /// A listener with all its parts.
    public init(name: String, host: String, port: Int, security: Security, desk: any MailIntakeDesk) {
        self.name = name
        self.host = host
        self.port = port
        self.security = security
        self.desk = desk
    }
}
