/// What a domain owner wants to happen to mail that fails (RFC 9989, 4.7).
public enum DMARCPolicy: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Nothing.
    case none
    /// It is suspicious: it may go to the junk folder.
    case quarantine
    /// It is to be refused.
    case reject

    /// The next milder policy, which test mode asks for (RFC 9989, 4.7: t).
    public var milder: DMARCPolicy { self == .reject ? .quarantine : .none }

    /// Orders from mild to strict.
    public static func < (left: DMARCPolicy, right: DMARCPolicy) -> Bool { left.strictness < right.strictness }

    private var strictness: Int {
        switch self {
        case .none: 0
        case .quarantine: 1
        case .reject: 2
        }
    }
}

/// How close a domain that passed must be to the author's (RFC 9989, 3.2.10).
public enum DMARCAlignmentMode: String, Sendable, Hashable {
    /// The same organizational domain is enough.
    case relaxed = "r"
    /// It must be the same domain.
    case strict = "s"
}

/// A DMARC policy record: the TXT record at `_dmarc` beneath a domain (RFC 9989, 4.7).
public struct DMARCRecord: Sendable, Hashable {
    /// Whether the domain is one beneath which others register theirs (RFC 9989, 4.7: psd).
    public enum PublicSuffix: String, Sendable, Hashable {
        /// It is.
        case yes = "y"
        /// It is not: it is an organizational domain.
        case no = "n"
        /// Not said: the tree walk finds out.
        case unknown = "u"
    }

    /// What is wrong with a record that is valid nevertheless.
    public enum Remark: Sendable, Hashable, CustomStringConvertible {
        /// A piece that is no `tag=value`, as it was written.
        case malformed(String)
        /// A tag that stands there twice; the first one holds.
        case repeated(String)
        /// A tag whose value is none of those allowed; its default holds.
        case invalid(tag: String, value: String)
        /// A tag that RFC 9989 took away: `pct`, `rf`, `ri`. Receivers that go by RFC 7489 still obey it.
        case obsolete(String)
        /// A tag that nobody knows. It has no effect.
        case unknown(String)

        /// What is wrong, in English.
        public var description: String {
            switch self {
            case .malformed(let text): "this is no tag: \(text)"
            case .repeated(let tag): "\(tag) stands there twice; the first one holds"
            case .invalid(let tag, let value): "\(tag) cannot be \(value.debugDescription)"
            case .obsolete(let tag): "\(tag) is obsolete; some receivers still obey it"
            case .unknown(let tag): "nobody knows \(tag)"
            }
        }
    }

    /// The policy for the domain itself, and where no other is given for its subdomains; `nil` where it is missing.
    public var policy: DMARCPolicy?
    /// The policy for subdomains (sp).
    public var subdomainPolicy: DMARCPolicy?
    /// The policy for subdomains that do not exist (np; RFC 9989 only).
    public var missingSubdomainPolicy: DMARCPolicy?
    /// Whether the domain is a public suffix (psd; RFC 9989 only).
    public var publicSuffix = PublicSuffix.unknown
    /// Whether the policy is only tested (t; RFC 9989 only).
    public var isTesting = false
    /// How close the domain of a DKIM signature must be (adkim).
    public var dkimAlignment = DMARCAlignmentMode.relaxed
    /// How close the domain of SPF must be (aspf).
    public var spfAlignment = DMARCAlignmentMode.relaxed
    /// Where daily reports go (rua): URIs without obsolete size limits.
    public var aggregateReports: [String] = []
    /// Where reports on single messages go (ruf).
    public var failureReports: [String] = []
    /// For which failures single reports are wanted (fo): `0`, `1`, `d`, `s`.
    public var failureOptions: Set<String> = ["0"]
    /// To how many of a hundred messages the policy applies (pct; RFC 7489 only).
    public var percentage = 100
    /// What is wrong with it.
    public var remarks: [Remark] = []

    /// A record that says nothing but its version.
    public init() {}

    /// Whether a record whose policies cannot be read still counts, as one with `p=none`: it wants reports
    /// (RFC 9989, 4.10.1; RFC 7489, 6.6.3).
    var wantsReports: Bool { !aggregateReports.isEmpty }

    /// Whether one of the policies is written wrongly.
    var hasInvalidPolicy: Bool {
        remarks.contains { remark in
            if case .invalid(let tag, _) = remark { ["p", "sp", "np"].contains(tag) } else { false }
        }
    }
}
