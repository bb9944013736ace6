/// What DNS says of one type at one name: records, or the certainty that there are none.
///
/// A failure to find out is no answer but a ``DNSFailure``: "no such name" and "could not be asked" must never be
/// mistaken for each other.
public struct DNSAnswer: Sendable, Hashable {
    /// What was found.
    public enum Outcome: Sendable, Hashable {
        /// Records of the type.
        case found
        /// The name is there, the type is not (NODATA; RFC 2308, 2.2).
        case noSuchRecord
        /// The name is not there, nor anything beneath it (NXDOMAIN; RFC 2308, 2.1; RFC 8020).
        case noSuchName
    }

    /// What DNSSEC says of the answer (RFC 4033, 5). A bogus one is a ``DNSFailure``.
    public enum Verdict: Sendable, Hashable {
        /// Signed and proven, up to a trust anchor. Holds for "there is none" too.
        case secure
        /// Proven to be unsigned, or asked of a resolver that does not validate.
        case insecure
    }

    /// What was found.
    public var outcome: Outcome
    /// The records of the type that was asked for, at the end of all aliases; empty unless `found`.
    public var records: [DNSRecord]
    /// The aliases that were followed on the way, in their order (CNAME records).
    public var aliases: [DNSRecord]
    /// For how many seconds the answer may be kept: the smallest TTL of all that it rests on, for "there is none" the
    /// negative TTL (RFC 2308, 5).
    public var ttl: UInt32
    /// What DNSSEC says of it.
    public var verdict: Verdict

    /// An answer.
    public init(
        outcome: Outcome, records: [DNSRecord] = [], aliases: [DNSRecord] = [], ttl: UInt32 = 0,
        verdict: Verdict = .insecure
    ) {
        self.outcome = outcome
        self.records = records
        self.aliases = aliases
        self.ttl = ttl
        self.verdict = verdict
    }

    /// The texts of all text records, each with its strings joined.
    public var texts: [[UInt8]] { records.compactMap(\.data.joinedText) }

    /// The addresses of all address records.
    public var addresses: [IPAddress] {
        records.compactMap { record in
            switch record.data {
            case .a(let address), .aaaa(let address): address
            default: nil
            }
        }
    }
}
