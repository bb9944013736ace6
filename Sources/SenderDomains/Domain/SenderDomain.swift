public import FoundationEssentials
public import MailMessage

/// A domain in whose name senders' mail leaves: its keys, what DNS was last seen to say, and what follows from it.
///
/// A value that changes by what happens to it: ``received(_:setup:now:)`` for a report, ``advance(setup:now:)`` for
/// the clock, and the methods for what people do. Each returns the events to keep and to tell of; nothing is sent here.
public struct SenderDomain: Sendable, Hashable, Codable {
    /// What can be said of the domain.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// It has never worked: mail in its name does not leave yet.
        case pending
        /// Mail in its name leaves, and all that counts is right.
        case verified
        /// Mail in its name leaves, but something that counts is wrong.
        case warning
        /// It worked before and no longer does: its ``Policy`` decides.
        case degraded
    }

    /// What happens to mail in the name of a domain that does not work.
    public enum Policy: String, Sendable, Hashable, Codable, CaseIterable {
        /// The system sender stands in, with Reply-To.
        case fallback
        /// The mail waits until the domain works or somebody releases it.
        case hold
        /// The mail is refused before it is sent.
        case reject
    }

    /// By which way a mail in the name of the domain passes DMARC.
    public enum Alignment: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// A key of ours, or one that we were told of, resolves, and signatures by it align.
        case dkim
        /// The domain's SPF record lets our mail server send, and the return path aligns.
        case spf

        /// DKIM first.
        public static func < (left: Alignment, right: Alignment) -> Bool { left == .dkim && right == .spf }
    }

    /// The domain: its own key.
    public let domain: MailDomain
    /// What can be said of it.
    public internal(set) var state: State
    /// What happens to its mail while it does not work.
    public var policy: Policy
    /// Its DKIM keys, the oldest first; retired ones too.
    public internal(set) var keys: [DomainKey]
    /// Whether whoever added it has power over it.
    public internal(set) var control: ControlProof
    /// When it was added.
    public let createdAt: Date
    /// Since when it is in its state.
    public internal(set) var stateSince: Date
    /// When a person or its state last changed something: the closer, the more often it is checked.
    public internal(set) var changedAt: Date
    /// The ways that work, as far as the last certain answers of DNS said.
    public internal(set) var alignedBy: Set<Alignment>
    /// Whether MX and SPF of `bounce.<domain>` were right when last seen.
    public internal(set) var bouncesReady: Bool
    /// When a check first contradicted the state; a second one must confirm it.
    public internal(set) var doubtedAt: Date?
    /// What the last check found.
    public internal(set) var lastReport: DomainReport?
    /// When to check next.
    public internal(set) var nextCheckAt: Date

    /// A domain that somebody adds now.
    ///
    /// - Parameters:
    ///   - domain: the domain.
    ///   - policy: what happens to its mail while it does not work.
    ///   - keys: its first keys.
    ///   - controlToken: 128 random bits for the proof of control.
    ///   - now: the time.
    public init(
        domain: MailDomain, policy: Policy = .fallback, keys: [DomainKey] = [], controlToken: String, now: Date
    ) {
        self.domain = domain
        state = .pending
        self.policy = policy
        self.keys = keys
        control = ControlProof(token: controlToken)
        createdAt = now
        stateSince = now
        changedAt = now
        alignedBy = []
        bouncesReady = false
        nextCheckAt = now
    }

    /// Restores a domain from where it was stored.
    public init(
        domain: MailDomain, state: State, policy: Policy, keys: [DomainKey], control: ControlProof, createdAt: Date,
        stateSince: Date, changedAt: Date, alignedBy: Set<Alignment>, bouncesReady: Bool, doubtedAt: Date?,
        lastReport: DomainReport?, nextCheckAt: Date
    ) {
        self.domain = domain
        self.state = state
        self.policy = policy
        self.keys = keys
        self.control = control
        self.createdAt = createdAt
        self.stateSince = stateSince
        self.changedAt = changedAt
        self.alignedBy = alignedBy
        self.bouncesReady = bouncesReady
        self.doubtedAt = doubtedAt
        self.lastReport = lastReport
        self.nextCheckAt = nextCheckAt
    }

    /// What the sender decision needs to know of it.
    public var standing: DomainStanding {
        DomainStanding(state: state, policy: policy, alignedBy: alignedBy, bouncesReady: bouncesReady)
    }

    /// A key by its selector.
    public func key(_ selector: String) -> DomainKey? { keys.first { $0.selector == selector.lowercased() } }
}

extension [DomainKey] {
    /// Those that sign, at most one of each kind, RSA first.
    ///
    /// - Parameter signing: with which kinds of keys mail is signed on its way.
    public func signing(_ signing: SigningMode) -> [DomainKey] {
        signing.keyTypes.compactMap { type in last { $0.type == type && $0.signs } }
    }
}
