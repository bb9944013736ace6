/// With which kinds of keys outgoing mail is signed: the setting `smtp.dkim-signing`.
public enum SigningMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not at all: the SMTP interface signs, or nobody does.
    case none
    /// With RSA only, for relays that refuse two signatures.
    case rsa
    /// With RSA and Ed25519 (RFC 8463, 3).
    case both

    /// The kinds of keys, in the order in which signatures are made.
    public var keyTypes: [DomainKey.KeyType] {
        switch self {
        case .none: []
        case .rsa: [.rsa]
        case .both: [.rsa, .ed25519]
        }
    }
}
