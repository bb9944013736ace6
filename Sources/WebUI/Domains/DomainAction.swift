/// What can be done with a sender domain from its page; the raw value stands in the address.
enum DomainAction: String {
    case check, policy, rotate, emergency, revoke, postmaster, release, remove
    case importKey = "import"
    case handOver = "hand-over"

    /// Whether a page asks before it is done.
    var isAsked: Bool { [.rotate, .emergency, .importKey, .release, .remove].contains(self) }

    /// Whether it takes something away.
    var isDestructive: Bool { self == .emergency || self == .remove }

    /// Its texts are `page.domain.<words>` and `page.domain.<words>Text`.
    var words: String { rawValue }

    /// The text of its button.
    var button: String {
        switch self {
        case .emergency: "emergencyButton"
        case .importKey: "importButton"
        case .release: "releaseButton"
        default: rawValue
        }
    }

    /// What is said afterwards: `page.done.<done>`.
    var done: String {
        switch self {
        case .check: "domain-checked"
        case .policy: "policy-saved"
        case .rotate: "keys-rotated"
        case .emergency: "keys-replaced"
        case .importKey: "key-imported"
        case .handOver: "hand-over-made"
        case .revoke: "hand-over-revoked"
        case .postmaster: "postmaster-asked"
        case .release: "mail-released"
        case .remove: "domain-removed"
        }
    }

    /// Where on the page the reader finds what changed.
    var anchor: String {
        switch self {
        case .handOver, .revoke: "#handing-over"
        case .policy, .release: "#rule"
        default: ""
        }
    }
}
