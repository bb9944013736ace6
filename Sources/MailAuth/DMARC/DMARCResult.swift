public import DNS

/// A domain for which SPF or DKIM said something (RFC 9989, 3.2.1).
public struct DMARCIdentifier: Sendable, Hashable {
    /// Who said it.
    public enum Mechanism: String, Sendable, Hashable {
        /// SPF, for the domain of MAIL FROM, or of HELO where that is empty (RFC 9989, 3.2.4).
        case spf
        /// A DKIM signature, for its `d=`.
        case dkim
    }

    /// Who said it.
    public var mechanism: Mechanism
    /// The domain.
    public var domain: DNSName
    /// Whether it passed.
    public var isPass: Bool

    /// An identifier.
    public init(_ mechanism: Mechanism, _ domain: DNSName, isPass: Bool) {
        self.mechanism = mechanism
        self.domain = domain
        self.isPass = isPass
    }
}

/// How an identifier relates to the author's domain.
public struct DMARCAlignment: Sendable, Hashable {
    /// The identifier.
    public var identifier: DMARCIdentifier
    /// How close it must be.
    public var mode: DMARCAlignmentMode
    /// Its organizational domain; `nil` where it was not needed.
    public var organizationalDomain: DNSName?
    /// Whether it is close enough; it counts only together with a pass.
    public var isAligned: Bool
}

/// Why DMARC could not be evaluated, or does not apply.
public enum DMARCProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Neither the domain nor those above it have a record.
    case noRecord
    /// There are several records at a name: they count as none.
    case severalRecords(DNSName, count: Int)
    /// The record's policies cannot be read, and it wants no reports (RFC 9989, 4.10.1).
    case invalidPolicy(DNSName)
    /// DNS could not be asked.
    case dns(DNSName, DNSRecordType, DNSFailure)

    /// What is wrong, in English.
    public var description: String {
        switch self {
        case .noRecord: "there is no DMARC record"
        case .severalRecords(let name, let count): "\(name) has \(count) DMARC records; they count as none"
        case .invalidPolicy(let name): "the policy of \(name) cannot be read"
        case .dns(let name, let type, let failure): "DNS could not say \(type) of \(name): \(failure)"
        }
    }
}

/// What one way of evaluating DMARC found.
public struct DMARCEvaluation: Sendable, Hashable {
    /// Which way (RFC 9989 or the one it replaced).
    public enum Way: String, Sendable, Hashable {
        /// The tree walk of RFC 9989, 4.10.
        case treeWalk = "tree-walk"
        /// The public suffix list of RFC 7489, 3.2.
        case publicSuffixList = "public-suffix-list"
    }

    /// The result in a word (RFC 8601, 2.7.1; RFC 9989, 9.2).
    public enum Code: String, Sendable, Hashable {
        /// Something aligned passed.
        case pass
        /// Nothing aligned passed.
        case fail
        /// DMARC does not apply.
        case none
        /// DNS could not be asked.
        case temperror
        /// The record cannot be used.
        case permerror
    }

    /// Which way.
    public var way: Way
    /// The result.
    public var code: Code
    /// The organizational domain of the author's domain; `nil` where it could not be found out.
    public var organizationalDomain: DNSName?
    /// The domain whose record applies.
    public var policyDomain: DNSName?
    /// That record.
    public var record: DMARCRecord?
    /// What the record says of the author's domain: `p`, `sp` or `np`; `nil` where no record applies.
    public var policy: DMARCPolicy?
    /// What is asked for this message: nothing if it passes; in test mode one step less.
    public var disposition: DMARCPolicy
    /// To how many of a hundred messages it applies (RFC 7489 only).
    public var percentage: Int
    /// How the identifiers relate to the author's domain.
    public var alignments: [DMARCAlignment]
    /// The names that DNS was asked for, in their order.
    public var questions: [DNSName]
    /// Why there is no pass or fail.
    public var problem: DMARCProblem?

    /// What the record says, without what was asked on the way: two ways agree if these are equal.
    func isSame(as other: DMARCEvaluation) -> Bool {
        code == other.code && organizationalDomain == other.organizationalDomain && policyDomain == other.policyDomain
            && policy == other.policy && disposition == other.disposition && percentage == other.percentage
    }
}

/// What DMARC says of a message (RFC 9989, 5.3), by the standard and by the way that it replaced.
public struct DMARCResult: Sendable, Hashable {
    /// The domain of the author.
    public var author: DNSName
    /// By RFC 9989.
    public var treeWalk: DMARCEvaluation
    /// By RFC 7489, which many receivers will follow for years; `nil` without a list.
    public var publicSuffixList: DMARCEvaluation?

    /// Whether receivers of the two kinds treat the message differently.
    public var isDifferent: Bool { publicSuffixList.map { !$0.isSame(as: treeWalk) } ?? false }
}
