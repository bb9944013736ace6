public import DNS
public import MailMessage

/// Why a host may not be used for a mail, before anybody connects to it.
public enum HostRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its TLSA records could not be asked for (RFC 7672, 2.1).
    case tlsaUnavailable(DNSFailure)
    /// The domain's MTA-STS policy does not name it (RFC 8461, 4.1 and 5).
    case notInPolicy
    /// The administrator demands DANE, and the host has no usable TLSA records.
    case daneRequired
    /// A certificate is demanded, and it is not proven that this is the domain's host: neither DNSSEC nor MTA-STS says
    /// so (RFC 8689, 4.2.1), or it has no name at all.
    case unprovenHost

    /// Whether trying again is of no use. What attackers can bring about is temporary.
    public var isPermanent: Bool { self == .unprovenHost }

    /// The status for reports (RFC 3463, 3.8; RFC 8689, 7: 5.7.30).
    public var status: EnhancedStatusCode {
        let status = isPermanent ? EnhancedStatusCode(5, 7, 30) : EnhancedStatusCode(4, 7, 5)
        guard let status else { preconditionFailure("a fixed status") }
        return status
    }

    /// What is reported to the domain (RFC 8460, 4.3); `nil` for what is nobody's business.
    public var resultType: TLSResultType? {
        switch self {
        case .tlsaUnavailable: .dnssecInvalid
        case .notInPolicy: .validationFailure
        case .daneRequired: .daneRequired
        case .unprovenHost: nil
        }
    }

    /// A sentence for the log.
    public var description: String {
        switch self {
        case .tlsaUnavailable(let failure): "the TLSA records could not be asked for: \(failure)"
        case .notInPolicy: "the MTA-STS policy of the domain does not name this host"
        case .daneRequired: "DANE is demanded, and the host has no usable TLSA records"
        case .unprovenHost: "a certificate is demanded, and nothing proves that this is the domain's host"
        }
    }
}
