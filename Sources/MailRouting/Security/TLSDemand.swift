/// What an administrator demands of connections to a destination.
public enum TLSDemand: String, Sendable, Hashable, Codable, CaseIterable {
    /// TLS, with any certificate.
    case encrypted
    /// TLS, and a certificate of a trusted issuer for the host, or one that DANE proves.
    case verified
    /// A certificate that DANE proves.
    case dane
}
