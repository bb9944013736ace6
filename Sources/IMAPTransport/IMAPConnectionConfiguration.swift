public import IMAP
public import SMTPTransport

/// Where and how a connection to a mailbox is made.
public struct IMAPConnectionConfiguration: Sendable, Hashable {
    /// A host name, which the operating system resolves, or an IP address without brackets.
    public var host: String
    /// The TCP port: commonly 993 for TLS, 143 else.
    public var port: Int
    /// How the connection is secured, and how to sign in. Credentials go out without TLS only if the session allows it
    /// *and* the address that was connected is a loopback or private one.
    public var session: IMAPClientSession.Configuration
    /// Whether the server's certificate is checked.
    public var verification: SMTPConnectionConfiguration.CertificateVerification
    /// Which authorities are trusted.
    public var trust: SMTPConnectionConfiguration.TrustRoots
    /// What the server may send.
    public var limits: IMAPResponseParser.Limits
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How long each answer may take.
    public var answerTimeout: Duration

    /// Makes a configuration with full certificate verification against the system's authorities.
    public init(
        host: String, port: Int, session: IMAPClientSession.Configuration,
        verification: SMTPConnectionConfiguration.CertificateVerification = .full,
        trust: SMTPConnectionConfiguration.TrustRoots = .system,
        limits: IMAPResponseParser.Limits = .init(), connectTimeout: Duration = .seconds(15),
        answerTimeout: Duration = .seconds(60)
    ) {
        self.host = host
        self.port = port
        self.session = session
        self.verification = verification
        self.trust = trust
        self.limits = limits
        self.connectTimeout = connectTimeout
        self.answerTimeout = answerTimeout
    }
}
