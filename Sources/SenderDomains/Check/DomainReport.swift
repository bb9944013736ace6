public import DNS
public import FoundationEssentials
public import MailMessage

/// What DNS said of a sender domain at one time: a value to keep, to show, and to draw conclusions from.
public struct DomainReport: Sendable, Hashable, Codable {
    /// Whether something holds.
    public enum Certainty: String, Sendable, Hashable, Codable, CaseIterable {
        /// It holds.
        case yes
        /// It does not.
        case no
        /// It could not be found out.
        case unknown
    }

    /// What became of one of the domain's own servers.
    public struct Server: Sendable, Hashable, Codable {
        /// Its name.
        public let name: DNSName
        /// The address that was asked, as text; `nil` if it has none.
        public let address: String?
        /// Why it could not be asked; `nil` if it answered.
        public let trouble: DNSFailure.Code?

        /// What became of a server.
        public init(name: DNSName, address: String?, trouble: DNSFailure.Code?) {
            self.name = name
            self.address = address
            self.trouble = trouble
        }
    }

    /// The domain.
    public let domain: MailDomain
    /// When it was asked.
    public let at: Date
    /// How long it took, in milliseconds.
    public let milliseconds: Int
    /// What was to be found.
    public let plan: RecordPlan
    /// What was found, record by record in the order of the plan.
    public let findings: [RecordFinding]
    /// The domain's own servers.
    public let servers: [Server]
    /// Whether a key that may sign is right everywhere, so that DKIM aligns.
    public let dkim: Certainty
    /// Whether SPF lets our mail server send and the return path aligns.
    public let spf: Certainty
    /// Whether return paths at `bounce.<domain>` work.
    public let bounces: Certainty
    /// Whether the token for the proof of control is there.
    public let control: Certainty
    /// The DMARC policy that receivers find; `nil` if there is none or it could not be asked.
    public let dmarc: DMARCFinding?
    /// What was learned of keys of which only the selector was known.
    public let learned: [String: LearnedKey]

    /// The kind and record of a key that was only known by its selector.
    public struct LearnedKey: Sendable, Hashable, Codable {
        /// The kind of key.
        public let type: DomainKey.KeyType
        /// Its record.
        public let record: String

        /// What was learned.
        public init(type: DomainKey.KeyType, record: String) {
            self.type = type
            self.record = record
        }
    }

    /// A report from its parts.
    public init(
        domain: MailDomain, at: Date, milliseconds: Int, plan: RecordPlan, findings: [RecordFinding],
        servers: [Server] = [], dkim: Certainty = .unknown, spf: Certainty = .unknown, bounces: Certainty = .unknown,
        control: Certainty = .unknown, dmarc: DMARCFinding? = nil, learned: [String: LearnedKey] = [:]
    ) {
        self.domain = domain
        self.at = at
        self.milliseconds = milliseconds
        self.plan = plan
        self.findings = findings
        self.servers = servers
        self.dkim = dkim
        self.spf = spf
        self.bounces = bounces
        self.control = control
        self.dmarc = dmarc
        self.learned = learned
    }

    /// What was found about the record of a key.
    public func finding(selector: String) -> RecordFinding? {
        findings.first { $0.record.purpose == .dkim && $0.record.selector == selector }
    }

    /// The findings of one purpose.
    public func findings(_ purpose: DomainRecord.Purpose) -> [RecordFinding] {
        findings.filter { $0.record.purpose == purpose }
    }

    /// Whether something that counts could not be found out: such a report contradicts nothing.
    public var isInconclusive: Bool {
        findings.contains { $0.record.requirement == .required && $0.diagnosis.weight == .unknown }
    }

    /// The servers that could not be asked, each once.
    public var troubles: [ServerTrouble] {
        var seen: Set<ServerTrouble> = []
        return findings.flatMap { finding -> [ServerTrouble] in
            if case .resolverTrouble(let troubles) = finding.diagnosis { return troubles }
            return []
        }.filter { seen.insert($0).inserted }
    }
}
