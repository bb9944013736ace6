public import DNS

/// A policy that sessions were held to, as reports describe it (RFC 8460, 4.4).
public struct TLSReportPolicy: Sendable, Hashable, Codable {
    /// The kind of policy.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// TLSA records.
        case tlsa
        /// An MTA-STS policy.
        case sts
        /// Neither.
        case none = "no-policy-found"
    }

    /// The kind of policy.
    public var kind: Kind
    /// The lines of an MTA-STS policy, or the TLSA records.
    public var strings: [String]
    /// Whose policy it is: the domain's, in MTA-STS; the host's, in DANE.
    public var domain: String
    /// The patterns of an MTA-STS policy.
    public var mxHosts: [String]

    /// A policy.
    public init(_ kind: Kind, strings: [String] = [], domain: String, mxHosts: [String] = []) {
        self.kind = kind
        self.strings = strings
        self.domain = domain
        self.mxHosts = mxHosts
    }

    /// An MTA-STS policy.
    public init(_ policy: STSPolicy, of domain: DNSName) {
        self.init(.sts, strings: policy.lines, domain: domain.key, mxHosts: policy.mx.map(\.description))
    }

    /// TLSA records.
    public init(_ set: TLSARecordSet, baseName: DNSName, port: UInt16 = 25) {
        let owner = "_\(port)._tcp.\(baseName.key)."
        self.init(.tlsa, strings: set.records.map { "\(owner) TLSA \($0)" }.sorted(), domain: baseName.key)
    }

    private enum CodingKeys: String, CodingKey {
        case kind = "policy-type"
        case strings = "policy-string"
        case domain = "policy-domain"
        case mxHosts = "mx-host"
    }

    /// Reads a policy; lists may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(Kind.self, forKey: .kind)
        strings = try container.decodeIfPresent([String].self, forKey: .strings) ?? []
        domain = try container.decode(String.self, forKey: .domain)
        mxHosts = try container.decodeIfPresent([String].self, forKey: .mxHosts) ?? []
    }

    /// Writes a policy; empty lists are left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        if !strings.isEmpty { try container.encode(strings, forKey: .strings) }
        try container.encode(domain, forKey: .domain)
        if !mxHosts.isEmpty { try container.encode(mxHosts, forKey: .mxHosts) }
    }
}
