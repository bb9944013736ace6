public import DNS

/// What a plan has to know of what is there already.
public struct LiveRecords: Sendable, Hashable {
    /// The zone that the domain lies in.
    public var zone: DNSName
    /// The zone that `_domainkey.<domain>` lies in, if it is one of its own.
    public var keyZone: DNSName?
    /// The zone that `bounce.<domain>` lies in, if it is one of its own.
    public var bounceZone: DNSName?
    /// The SPF records of the domain: one, none, or several by mistake.
    public var spf: [String]
    /// How many look-ups the SPF record takes, if that is known.
    public var spfLookups: Int?
    /// How many the include that the installation is set to takes, itself counted; `nil` if that is not known.
    public var includeLookups: Int?
    /// The DMARC policy that holds for the domain.
    public var dmarc: DMARCFinding?

    /// What is there.
    public init(
        zone: DNSName, keyZone: DNSName? = nil, bounceZone: DNSName? = nil, spf: [String] = [],
        spfLookups: Int? = nil, includeLookups: Int? = nil, dmarc: DMARCFinding? = nil
    ) {
        self.zone = zone
        self.keyZone = keyZone
        self.bounceZone = bounceZone
        self.spf = spf
        self.spfLookups = spfLookups
        self.includeLookups = includeLookups
        self.dmarc = dmarc
    }
}
