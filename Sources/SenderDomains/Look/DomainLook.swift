public import DNS
public import FoundationEssentials
public import MailMessage

/// What is there before anything is changed: who serves the domain, where its mail goes, what SPF and DMARC say, which
/// keys it has.
public struct DomainLook: Sendable, Hashable, Codable {
    /// Where mail to the domain goes.
    public enum Mail: Sendable, Hashable, Codable {
        /// Nowhere: it has no MX record.
        case none
        /// It says that it takes no mail (RFC 7505).
        case refused
        /// To these hosts, the preferred first.
        case hosts([DNSName])

        /// A stable code, for the catalogue (`domain.look.mail-…`).
        public var code: String {
            switch self {
            case .none: "none"
            case .refused: "refused"
            case .hosts: "hosts"
            }
        }
    }

    /// What the domain's SPF record is like.
    public enum SPF: Sendable, Hashable, Codable {
        /// There is none.
        case none
        /// It can be evaluated, at so many look-ups.
        case good(text: String, lookups: Int)
        /// It takes too many look-ups.
        case tooMany(text: String, lookups: Int)
        /// There are several, so receivers use none.
        case several([String])
        /// It cannot be evaluated; `detail` is English.
        case broken(text: String, detail: String)

        /// A stable code, for the catalogue (`domain.look.spf-…`).
        public var code: String {
            switch self {
            case .none: "none"
            case .good: "good"
            case .tooMany: "too-many"
            case .several: "several"
            case .broken: "broken"
            }
        }
    }

    /// A key that was found under a selector that is often used.
    public struct Key: Sendable, Hashable, Codable {
        /// The selector.
        public let selector: String
        /// The kind of key; `nil` if it is none that is known here.
        public let type: DomainKey.KeyType?
        /// Whether it is an alias into somebody else's zone.
        public let isAlias: Bool

        /// A key.
        public init(selector: String, type: DomainKey.KeyType?, isAlias: Bool) {
            self.selector = selector
            self.type = type
            self.isAlias = isAlias
        }
    }

    /// The domain.
    public let domain: MailDomain
    /// When somebody looked.
    public let at: Date
    /// Whether the domain exists.
    public let exists: DomainReport.Certainty
    /// The zone that it lies in.
    public let zone: DNSName?
    /// The servers of the zone.
    public let nameServers: [DNSName]
    /// Where its mail goes; `nil` if that could not be found out.
    public let mail: Mail?
    /// What its SPF record is like; `nil` if that could not be found out.
    public let spf: SPF?
    /// The DMARC policy that holds for it; `nil` if there is none, or it could not be found out.
    public let dmarc: DMARCFinding?
    /// Whether it could be found out what DMARC says.
    public let isDMARCKnown: Bool
    /// The keys under selectors that are often used.
    public let keys: [Key]
    /// Who could not be asked.
    public let troubles: [ServerTrouble]

    /// A look from its parts.
    public init(
        domain: MailDomain, at: Date, exists: DomainReport.Certainty, zone: DNSName? = nil, nameServers: [DNSName] = [],
        mail: Mail? = nil, spf: SPF? = nil, dmarc: DMARCFinding? = nil, isDMARCKnown: Bool = true,
        keys: [Key] = [], troubles: [ServerTrouble] = []
    ) {
        self.domain = domain
        self.at = at
        self.exists = exists
        self.zone = zone
        self.nameServers = nameServers
        self.mail = mail
        self.spf = spf
        self.dmarc = dmarc
        self.isDMARCKnown = isDMARCKnown
        self.keys = keys
        self.troubles = troubles
    }

    /// Where its mail goes, as a stable code for the catalogue (`domain.look.mail-…`): ``Mail/code`` or `unknown`.
    public var mailCode: String { mail?.code ?? "unknown" }

    /// What its SPF record is like, as a stable code for the catalogue (`domain.look.spf-…`): ``SPF/code`` or
    /// `unknown`.
    public var spfCode: String { spf?.code ?? "unknown" }

    /// What its DMARC policy is, as a stable code for the catalogue (`domain.look.dmarc-…`): `absent` for none,
    /// `watch` for one that only asks for reports, `quarantine` or `reject`; `unknown` if DNS could not be asked.
    public var dmarcCode: String {
        guard isDMARCKnown else { return "unknown" }
        return switch dmarc?.strictest {
        case nil: "absent"
        case .some(DMARCFinding.Policy.none): "watch"
        case .quarantine: "quarantine"
        case .reject: "reject"
        }
    }
}
