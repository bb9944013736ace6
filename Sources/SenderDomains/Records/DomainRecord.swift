public import DNS

/// A record to publish for a sender domain: what for, how needed, and all that a person types into a DNS panel.
public struct DomainRecord: Sendable, Hashable, Codable {
    /// What a record is for; the raw value is a stable code.
    public enum Purpose: String, Sendable, Hashable, Codable, CaseIterable {
        /// The public half of a DKIM key.
        case dkim
        /// The alias under which the next key of a domain will be found, published before that key is made.
        case nextKey = "next-key"
        /// Which servers may send with the domain as envelope sender.
        case spf
        /// The same for return paths at `bounce.<domain>`.
        case bounceSPF = "bounce-spf"
        /// Where reports to `bounce.<domain>` go.
        case bounceMX = "bounce-mx"
        /// What receivers do with mail that fails.
        case dmarc
        /// The proof of control.
        case control
    }

    /// Whether a record counts with the installation as it is set up.
    public enum Requirement: Sendable, Hashable, Codable {
        /// Without it mail does not leave in the domain's name, or reports are lost.
        case required
        /// Mail leaves without it, but arrives more surely with it.
        case recommended
        /// It does no harm and may help.
        case optional
        /// It counts for nothing.
        case notNeeded(Reason)
        /// It was needed once and can be removed.
        case removable

        /// A stable word for it.
        public var code: String {
            switch self {
            case .required: "required"
            case .recommended: "recommended"
            case .optional: "optional"
            case .notNeeded: "not-needed"
            case .removable: "removable"
            }
        }
    }

    /// Why a record counts for nothing; the raw value is a stable code.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// The return path is at a domain of our own, so SPF of the sender's domain is never asked.
        case returnPathIsOwn = "return-path-is-own"
        /// The return path is at `bounce.<domain>`, so SPF of the domain itself is never asked.
        case returnPathIsSubdomain = "return-path-is-subdomain"
        /// Reports go to the account's own mailbox, so `bounce.<domain>` is never used.
        case returnPathIsAccount = "return-path-is-account"
        /// No include is set, so nobody knows what SPF should say.
        case noInclude = "no-include"
        /// What is there is right already.
        case alreadyThere = "already-there"
        /// Control is proven.
        case controlProven = "control-proven"
        /// The record of a key of ours proves control too.
        case keyProvesControl = "key-proves-control"
        /// The installation does not sign.
        case notSigning = "not-signing"
        /// The domain above it has a policy that holds for this one too.
        case inherited
    }

    /// What it is for.
    public let purpose: Purpose
    /// Whether it counts.
    public var requirement: Requirement
    /// Its absolute name.
    public let name: DNSName
    /// The name of the zone that it belongs into: a DNS panel shows names relative to it.
    public let zone: DNSName
    /// Its type.
    public let type: DNSRecordType
    /// What it says, as people type it: the whole text of a TXT record without quotes, `10 mail.example.` for MX,
    /// `target.example.` for CNAME.
    public let value: String
    /// Its TTL in seconds.
    public let ttl: UInt32
    /// The selector of the key that it is for.
    public let selector: String?
    /// The texts that stand there now and that this one replaces; empty where it is added.
    public let replaces: [String]

    /// A record.
    public init(
        purpose: Purpose, requirement: Requirement, name: DNSName, zone: DNSName, type: DNSRecordType, value: String,
        ttl: UInt32, selector: String? = nil, replaces: [String] = []
    ) {
        self.purpose = purpose
        self.requirement = requirement
        self.name = name
        self.zone = zone
        self.type = type
        self.value = value
        self.ttl = ttl
        self.selector = selector
        self.replaces = replaces
    }

    /// The name for panels that append the zone: without the zone, `@` for the zone itself.
    public var relativeName: String {
        guard name.isSubdomain(of: zone) else { return absoluteName }
        let labels = name.labels.dropLast(zone.labelCount)
        return DNSName(labels: Array(labels)).map { $0.labels.isEmpty ? "@" : $0.description } ?? absoluteName
    }

    /// The absolute name with its final dot.
    public var absoluteName: String { name.labels.isEmpty ? "." : name.description + "." }

    /// Whether somebody has to do something for it, as far as the setup says.
    public var isWanted: Bool {
        switch requirement {
        case .required, .recommended: true
        case .optional, .notNeeded, .removable: false
        }
    }
}
