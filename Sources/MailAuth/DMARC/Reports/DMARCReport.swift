public import DNS
public import Foundation

/// What a receiver saw of mail in the name of a domain: an aggregate report (RFC 9990; RFC 7489, appendix C).
///
/// Nothing in it is proven. Who sent it, and whether that is believed, is the caller's to judge.
public struct DMARCReport: Sendable, Equatable {
    /// Mail from one source that was treated alike.
    public struct Row: Sendable, Equatable {
        /// Where it came from.
        public var source: IPAddress
        /// How many mails.
        public var count: Int
        /// What was done with them, such as `none`, `quarantine` or `reject`.
        public var disposition: String
        /// Whether a signature counted for the author's domain.
        public var isDKIMAligned: Bool
        /// Whether SPF counted for the author's domain.
        public var isSPFAligned: Bool
        /// The author's domain.
        public var author: DNSName?
        /// The signatures as far as they were reported, at most 20.
        public var signatures: [Signature]

        /// Whether the mails passed DMARC.
        public var isPass: Bool { isDKIMAligned || isSPFAligned }
    }

    /// A signature as the receiver judged it.
    public struct Signature: Sendable, Equatable {
        /// In whose name it was made.
        public var domain: DNSName?
        /// The selector of its key; empty if it was not reported.
        public var selector: String
        /// Whether it was good.
        public var isPass: Bool
    }

    /// Who reports, in words.
    public var organisation: String
    /// The name of the report, unique with the organisation.
    public var id: String
    /// The time that it covers.
    public var period: DateInterval
    /// The domain whose policy was applied.
    public var domain: DNSName
    /// The policy as the receiver found it: `p`.
    public var policy: String
    /// What it saw, in the order of the report.
    public var rows: [Row]

    /// All mails of all rows.
    public var count: Int { rows.reduce(0) { $0 + $1.count } }
}
