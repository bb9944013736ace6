public import DNS

/// What a connection to a mail host must achieve before mail is sent over it.
public enum TransportSecurity: Sendable, Hashable {
    /// TLS if it is offered, with any certificate; if the handshake fails, once more in the clear (RFC 7435).
    case opportunistic
    /// TLS, with any certificate.
    case encrypted
    /// TLS, and a certificate of a trusted issuer that is valid for this name.
    case verified(name: DNSName)
    /// TLS, and a certificate that matches these records. The first name goes into the handshake; where a record of
    /// usage DANE-TA matches, the certificate must be for one of the names (RFC 7672, 3.2.2 and 8.1).
    case dane(TLSARecordSet, names: [DNSName])

    /// Whether nothing may be sent without TLS.
    public var requiresTLS: Bool { self != .opportunistic }

    /// Whether the host must prove who it is.
    public var authenticates: Bool {
        switch self {
        case .opportunistic, .encrypted: false
        case .verified, .dane: true
        }
    }

    /// The name for the handshake where this asks for a certain one; otherwise the host's own serves.
    public var serverName: DNSName? {
        switch self {
        case .opportunistic, .encrypted: nil
        case .verified(let name): name
        case .dane(_, let names): names.first
        }
    }
}
