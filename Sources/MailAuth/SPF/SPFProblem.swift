public import DNS

/// Why an evaluation came to `none`, `temperror` or `permerror`.
public enum SPFProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sender's domain is malformed, an address, or has one label only (RFC 7208, 4.3).
    case malformedDomain(String)
    /// The domain does not exist.
    case noSuchDomain(DNSName)
    /// The domain has no SPF record.
    case noRecord(DNSName)
    /// The domain has several SPF records; it may have one (RFC 7208, 4.5).
    case severalRecords(DNSName, count: Int)
    /// The record is malformed.
    case syntax(DNSName, SPFSyntaxError)
    /// More than ten terms ask DNS (RFC 7208, 4.6.4).
    case tooManyLookups
    /// More than two questions had no answer (RFC 7208, 4.6.4).
    case tooManyVoidLookups(DNSName, DNSRecordType)
    /// A name in an `mx` has more than ten mail exchanges (RFC 7208, 4.6.4).
    case tooManyExchanges(DNSName, count: Int)
    /// An `include` or `redirect` leads to a domain that has no record; the name as the record has it
    /// (RFC 7208, 5.2 and 6.1).
    case missingRecord(String, of: DNSName)
    /// An `include` or `redirect` leads back to where it came from; the names in their order.
    case loop([DNSName])
    /// DNS could not be asked.
    case dns(DNSName, DNSRecordType, DNSFailure)
    /// The time for the whole evaluation was over (RFC 7208, 4.6.4); the question that was open.
    case tooSlow(DNSName, DNSRecordType)

    /// A stable code.
    public var code: String {
        switch self {
        case .malformedDomain: "malformed-domain"
        case .noSuchDomain: "no-such-domain"
        case .noRecord: "no-record"
        case .severalRecords: "several-records"
        case .syntax(_, let error): "syntax-" + error.reason.rawValue
        case .tooManyLookups: "too-many-lookups"
        case .tooManyVoidLookups: "too-many-void-lookups"
        case .tooManyExchanges: "too-many-exchanges"
        case .missingRecord: "missing-record"
        case .loop: "loop"
        case .dns: "dns"
        case .tooSlow: "too-slow"
        }
    }

    /// What is wrong, in English.
    public var description: String {
        switch self {
        case .malformedDomain(let domain): "\(domain.debugDescription) is no domain of a sender"
        case .noSuchDomain(let domain): "\(domain) does not exist"
        case .noRecord(let domain): "\(domain) has no SPF record"
        case .severalRecords(let domain, let count): "\(domain) has \(count) SPF records; only one is allowed"
        case .syntax(let domain, let error): "the SPF record of \(domain) is malformed: \(error)"
        case .tooManyLookups: "more than \(SPFLimits.standard.lookups) terms ask DNS"
        case .tooManyVoidLookups(let name, let type):
            "more than \(SPFLimits.standard.voidLookups) questions had no answer, the last one for \(type) of \(name)"
        case .tooManyExchanges(let name, let count):
            "\(name) has \(count) mail exchanges; \(SPFLimits.standard.names) are allowed"
        case .missingRecord(let target, let domain): "the record of \(domain) needs that of \(target), which has none"
        case .loop(let names): "the records lead in a circle: " + names.map(\.description).joined(separator: " → ")
        case .dns(let name, let type, let failure): "DNS could not say \(type) of \(name): \(failure)"
        case .tooSlow(let name, let type): "there was no time left when DNS was asked for \(type) of \(name)"
        }
    }

    /// Whether it may be gone later.
    var isTemporary: Bool {
        switch self {
        case .dns, .tooSlow: true
        default: false
        }
    }
}
