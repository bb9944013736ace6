public import FoundationEssentials

/// Something that changed with a sender domain: kept in its history, and some of it told to the administrators.
public enum DomainEvent: Sendable, Hashable, Codable {
    /// Control of the domain was proven for the first time.
    case controlProven(ControlProof.Method)
    /// Mail in its name leaves from now on, for the first time.
    case becameVerified
    /// Mail in its name still leaves, but something that counts is wrong.
    case becameWarning
    /// It no longer works.
    case degraded
    /// All is right again.
    case healed
    /// A key is seen at all of the domain's servers.
    case keySeen(selector: String)
    /// A key signs from now on.
    case keyActivated(selector: String)
    /// A key no longer signs; its record must stay until then.
    case keyRetiring(selector: String, until: Date)
    /// The record of a key can be removed now.
    case keySafeToRemove(selector: String)
    /// A key may be known to others: its record must be removed at once.
    case keyCompromised(selector: String)
    /// The record of a retired key is gone.
    case keyGone(selector: String)
    /// A key has signed for half a year: time for a new one.
    case rotationDue(selector: String)

    /// A stable code for the history and the catalogue.
    public var code: String {
        switch self {
        case .controlProven: "control-proven"
        case .becameVerified: "verified"
        case .becameWarning: "warning"
        case .degraded: "degraded"
        case .healed: "healed"
        case .keySeen: "key-seen"
        case .keyActivated: "key-activated"
        case .keyRetiring: "key-retiring"
        case .keySafeToRemove: "key-safe-to-remove"
        case .keyCompromised: "key-compromised"
        case .keyGone: "key-gone"
        case .rotationDue: "rotation-due"
        }
    }

    /// The selector that it is about, if it is about a key.
    public var selector: String? {
        switch self {
        case .keySeen(let selector), .keyActivated(let selector), .keyRetiring(let selector, _),
            .keySafeToRemove(let selector), .keyCompromised(let selector), .keyGone(let selector),
            .rotationDue(let selector):
            selector
        case .controlProven, .becameVerified, .becameWarning, .degraded, .healed: nil
        }
    }

    /// Whether the administrators get a mail about it.
    public var isTold: Bool {
        switch self {
        case .becameVerified, .becameWarning, .degraded, .healed, .keySafeToRemove, .keyCompromised, .rotationDue:
            true
        case .controlProven, .keySeen, .keyActivated, .keyRetiring, .keyGone: false
        }
    }
}
