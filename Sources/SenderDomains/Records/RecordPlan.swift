public import DNS
public import MailMessage

/// The records that a sender domain needs with this installation, in the order in which they are shown.
public struct RecordPlan: Sendable, Hashable, Codable {
    /// Why no record can bring the domain to work; the raw value is a stable code.
    public enum Obstacle: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody signs, and the return path is at our own domain: nothing aligns.
        case nothingAligns = "nothing-aligns"
        /// Nobody signs, and no include is set that SPF could name.
        case noInclude = "no-include"
        /// Mail is to be signed, but the domain has no key yet.
        case noKey = "no-key"
    }

    /// The domain.
    public let domain: MailDomain
    /// The zone that the domain lies in; the domain itself until it was looked for.
    public let zone: DNSName
    /// The records.
    public let records: [DomainRecord]
    /// How the domain's SPF record changes, where it counts.
    public let spf: SPFChange?
    /// Why no record can help.
    public let obstacle: Obstacle?

    /// A plan from its parts.
    public init(
        domain: MailDomain, zone: DNSName, records: [DomainRecord], spf: SPFChange? = nil, obstacle: Obstacle? = nil
    ) {
        self.domain = domain
        self.zone = zone
        self.records = records
        self.spf = spf
        self.obstacle = obstacle
    }
}

extension RecordPlan {
    /// The plan that is shown for a domain: that of its last report, or one made without a look at what is there.
    ///
    /// - Returns: `nil` if the domain is no name in DNS.
    public static func shown(for domain: SenderDomain, setup: DomainSetup) -> RecordPlan? {
        domain.lastReport?.plan ?? RecordPlan(for: domain, setup: setup)
    }

    /// The plan of a domain.
    ///
    /// - Parameters:
    ///   - domain: the domain.
    ///   - setup: what of the installation matters.
    ///   - live: what is there already; `nil` while nobody looked, then SPF is shown as for a domain without any.
    /// - Returns: `nil` if the domain is no name in DNS.
    public init?(for domain: SenderDomain, setup: DomainSetup, live: LiveRecords? = nil) {
        guard let plan = RecordPlanner(domain, setup: setup, live: live)?.plan() else { return nil }
        self = plan
    }
}
