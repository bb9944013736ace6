public import SMTP

/// Where and how a connection to a mail server is made.
public struct SMTPConnectionConfiguration: Sendable, Hashable {
    /// A host name, which the operating system resolves (hosts file, split DNS), or an IP address without brackets.
    public var host: String
    /// The TCP port: commonly 25, 587 for STARTTLS, 465 for TLS.
    public var port: Int
    /// Our name in EHLO, how the connection is secured, and how to sign in. Credentials go out without TLS only if
    /// ``SMTP/SMTPClientSession/Configuration/allowsCleartextAuthentication`` is set *and* the address that was
    /// connected is a loopback or private one.
    public var session: SMTPClientSession.Configuration
    /// Whether the server's certificate is checked.
    public var verification: CertificateVerification
    /// Which authorities are trusted.
    public var trust: TrustRoots
    /// How long each phase may take.
    public var timeouts: SMTPTimeouts

    /// Makes a configuration with full certificate verification against the system's authorities.
    ///
    /// - Parameters:
    ///   - host: Host name or IP address.
    ///   - port: TCP port.
    ///   - session: Our name, the security, the sign-in.
    ///   - verification: Whether the server's certificate is checked.
    ///   - trust: Which authorities are trusted.
    ///   - timeouts: How long each phase may take.
    public init(
        host: String, port: Int, session: SMTPClientSession.Configuration,
        verification: CertificateVerification = .full, trust: TrustRoots = .system, timeouts: SMTPTimeouts = .standard
    ) {
        self.host = host
        self.port = port
        self.session = session
        self.verification = verification
        self.trust = trust
        self.timeouts = timeouts
    }

    /// Whether the server's certificate is checked.
    public enum CertificateVerification: String, Sendable, Hashable, Codable {
        /// Chain, dates and name.
        case full
        /// Not at all: the connection is encrypted, with whomever.
        case none
    }

    /// Which authorities may have issued the server's certificate.
    public enum TrustRoots: Sendable, Hashable {
        /// Those of the operating system.
        case system
        /// Those of the operating system and these.
        case systemAnd(Certificates)
        /// Only these.
        case only(Certificates)
    }

    /// Certificates in PEM form, one or several.
    public enum Certificates: Sendable, Hashable {
        /// The text itself.
        case pem([UInt8])
        /// The path of a file, read when the first connection is made.
        case file(String)
    }
}
