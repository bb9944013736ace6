/// What the sender decision needs to know of a domain: small enough to keep for all of them in memory.
public struct DomainStanding: Sendable, Hashable, Codable {
    /// What can be said of the domain.
    public var state: SenderDomain.State
    /// What happens to its mail while it does not work.
    public var policy: SenderDomain.Policy
    /// The ways by which mail in its name passes DMARC.
    public var alignedBy: Set<SenderDomain.Alignment>
    /// Whether return paths at `bounce.<domain>` work.
    public var bouncesReady: Bool

    /// A standing.
    public init(
        state: SenderDomain.State, policy: SenderDomain.Policy = .fallback,
        alignedBy: Set<SenderDomain.Alignment> = [], bouncesReady: Bool = false
    ) {
        self.state = state
        self.policy = policy
        self.alignedBy = alignedBy
        self.bouncesReady = bouncesReady
    }

    /// Whether mail may leave in the domain's name. A domain in doubt still may: one failed check is confirmed first.
    public var isUsable: Bool { state == .verified || state == .warning }
}
