/// Why a domain cannot become a sender domain.
public enum DomainRefusal: Error, Sendable, Hashable {
    /// Nothing was typed.
    case empty
    /// No domain can be called that.
    case malformed
    /// It is a network address.
    case networkAddress
    /// It is one label only, or one that is used within networks, such as `local`.
    case notPublic
    /// It is a provider's, where anybody can have a mailbox: its records are the provider's alone.
    case mailboxProvider(domain: String)
    /// Anybody can register a domain beneath it.
    case publicSuffix(domain: String)
    /// The domain does not exist.
    case noSuchDomain
    /// It is a sender domain already.
    case alreadyThere

    /// A stable code, for the catalogue (`error.field.domain-…`).
    public var code: String {
        switch self {
        case .empty: "empty"
        case .malformed: "malformed"
        case .networkAddress: "network-address"
        case .notPublic: "not-public"
        case .mailboxProvider: "mailbox-provider"
        case .publicSuffix: "public-suffix"
        case .noSuchDomain: "no-such-domain"
        case .alreadyThere: "already-there"
        }
    }
}

/// Something about a domain that a person should look at twice; it is no refusal.
public enum DomainCaution: Sendable, Hashable {
    /// A label has letters of several scripts that are not used together.
    case mixedScripts(label: String)
    /// A label of another script looks as if it were Latin.
    case looksLatin(label: String, as: String)
    /// It looks like a domain that is known here.
    case looksLike(String)

    /// A stable code, for the catalogue (`domain.caution.…`).
    public var code: String {
        switch self {
        case .mixedScripts: "mixed-scripts"
        case .looksLatin: "looks-latin"
        case .looksLike: "looks-like"
        }
    }
}
