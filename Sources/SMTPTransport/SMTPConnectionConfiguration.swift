public import DNS
public import MailRouting
public import SMTP

/// Where and how a connection to a mail server is made.
public struct SMTPConnectionConfiguration: Sendable, Hashable {
    /// A host name, which the operating system resolves (hosts file, split DNS), or an IP address without brackets.
    public var host: String
    /// The TCP port: commonly 25, 587 for STARTTLS, 465 for TLS.
    public var port: Int
    /// The name for the TLS handshake and, where it is checked, for the certificate; nil: ``host``.
    public var serverName: String?
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
    ///   - serverName: The name for TLS, if it is another than the host's.
    ///   - session: Our name, the security, the sign-in.
    ///   - verification: Whether the server's certificate is checked.
    ///   - trust: Which authorities are trusted.
    ///   - timeouts: How long each phase may take.
    public init(
        host: String, port: Int, serverName: String? = nil, session: SMTPClientSession.Configuration,
        verification: CertificateVerification = .full, trust: TrustRoots = .system, timeouts: SMTPTimeouts = .standard
    ) {
        self.host = host
        self.port = port
        self.serverName = serverName
        self.session = session
        self.verification = verification
        self.trust = trust
        self.timeouts = timeouts
    }

    /// Whether the server's certificate is checked.
    public enum CertificateVerification: Sendable, Hashable {
        /// Chain, dates and name.
        case full
        /// Not at all: the connection is encrypted, with whomever.
        case none
        /// By the host's TLSA records, and where an issuer is matched for one of the names (RFC 7672, 3.1).
        case dane(TLSARecordSet, names: [DNSName])
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
