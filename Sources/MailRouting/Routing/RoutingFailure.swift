public import DNS
public import MailMessage

/// Why there is no way to a destination now, or never.
public struct RoutingFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The domain does not exist.
        case noSuchDomain = "no-such-domain"
        /// The domain exists and names no host for mail.
        case noMailHost = "no-mail-host"
        /// The domain says that it takes no mail (RFC 7505).
        case nullMX = "null-mx"
        /// The first host would be ourselves.
        case loop
        /// No MX record names a host that has an address.
        case noUsableHost = "no-usable-host"
        /// All addresses belong to private networks, or to the machine itself.
        case privateAddresses = "private-addresses"
        /// DNS could not be asked.
        case dns
        /// What DNS says does not stand up to DNSSEC.
        case bogus
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, for the log; English.
    public var detail: String
    /// What DNS said, where that was it.
    public var cause: DNSFailure?

    /// A failure.
    public init(_ code: Code, detail: String, cause: DNSFailure? = nil) {
        self.code = code
        self.detail = detail
        self.cause = cause
    }

    /// A failure to ask DNS: always temporary.
    init(_ cause: DNSFailure, about name: DNSName) {
        self.init(cause.code == .bogus ? .bogus : .dns, detail: "\(name): \(cause)", cause: cause)
    }

    /// Whether trying again is of no use.
    public var isPermanent: Bool { status.severity == 5 }

    /// The status for reports (RFC 3463, 3; RFC 7505).
    public var status: EnhancedStatusCode {
        switch code {
        case .noSuchDomain, .noMailHost: Self.status(5, 1, 2)
        case .nullMX: Self.status(5, 1, 10)
        case .loop: Self.status(5, 4, 6)
        case .noUsableHost, .privateAddresses: Self.status(5, 4, 4)
        case .dns, .bogus: Self.status(4, 4, 3)
        }
    }

    /// Code and detail.
    public var description: String { "\(code.rawValue): \(detail)" }

    private static func status(_ severity: Int, _ subject: Int, _ detail: Int) -> EnhancedStatusCode {
        guard let status = EnhancedStatusCode(severity, subject, detail) else { preconditionFailure("a fixed status") }
        return status
    }
}
