public import Foundation
public import MailMessage

/// An aggregate report that came in about one of our sender domains (RFC 9990), as it is kept.
public struct ReceivedDMARCReport: Equatable, Sendable {
    /// Mail from one source that was treated alike.
    public struct Row: Equatable, Sendable {
        /// The network address that it came from, as text.
        public let source: String
        /// How many mails.
        public let count: Int
        /// What was done with them, such as `none`, `quarantine` or `reject`.
        public let disposition: String
        /// Whether a signature counted for the domain.
        public let isDKIMAligned: Bool
        /// Whether SPF counted for the domain.
        public let isSPFAligned: Bool
        /// Whether a good signature was made with a key that we have, or had, for the domain.
        public let isOurs: Bool

        /// Whether the mails passed DMARC.
        public var isPass: Bool { isDKIMAligned || isSPFAligned }

        /// A row with all its parts.
        public init(
            source: String, count: Int, disposition: String, isDKIMAligned: Bool, isSPFAligned: Bool, isOurs: Bool
        ) {
            self.source = source
            self.count = count
            self.disposition = disposition
            self.isDKIMAligned = isDKIMAligned
            self.isSPFAligned = isSPFAligned
            self.isOurs = isOurs
        }
    }

    /// What tells it from others: made of domain, organisation and the organisation's own name for it.
    public let key: String
    /// The sender domain.
    public let domain: MailDomain
    /// Who reports, in words of its own.
    public let organisation: String
    /// When the time begins that it covers.
    public let begin: Date
    /// When it ends.
    public let end: Date
    /// When it came.
    public let receivedAt: Date
    /// What it saw.
    public let rows: [Row]

    /// The day that it is about, counted from 1970 in UTC: receivers report a day at a time.
    public var day: Int { Int((begin.timeIntervalSince1970 / 86_400).rounded(.down)) }

    /// A report with all its parts.
    public init(
        key: String, domain: MailDomain, organisation: String, begin: Date, end: Date, receivedAt: Date, rows: [Row]
    ) {
        self.key = key
        self.domain = domain
        self.organisation = organisation
        self.begin = begin
        self.end = end
        self.receivedAt = receivedAt
        self.rows = rows
    }
}

/// What was reported of a domain on one day.
public struct DMARCDay: Equatable, Sendable {
    /// The day, counted from 1970 in UTC.
    public let day: Int
    /// How many mails passed DMARC.
    public let passed: Int
    /// How many failed.
    public let failed: Int

    /// A day with all its parts.
    public init(day: Int, passed: Int, failed: Int) {
        self.day = day
        self.passed = passed
        self.failed = failed
    }
}

/// What was reported of one source of mail in the name of a domain.
public struct DMARCSource: Equatable, Sendable {
    /// Its network address, as text.
    public let address: String
    /// How many mails.
    public let count: Int
    /// How many of them were signed for the domain.
    public let dkimAligned: Int
    /// How many of them SPF counted for.
    public let spfAligned: Int
    /// How many passed DMARC.
    public let passed: Int
    /// How many were signed with keys of ours.
    public let ours: Int
    /// How many were put aside or refused.
    public let stopped: Int

    /// A source with all its parts.
    public init(
        address: String, count: Int, dkimAligned: Int, spfAligned: Int, passed: Int, ours: Int, stopped: Int
    ) {
        self.address = address
        self.count = count
        self.dkimAligned = dkimAligned
        self.spfAligned = spfAligned
        self.passed = passed
        self.ours = ours
        self.stopped = stopped
    }

    /// What it is, as far as reports tell.
    public enum Nature: String, Sendable, CaseIterable {
        /// It sent mail that is signed with our keys.
        case ours
        /// It sends in the name of the domain as the domain's records allow: another server of the same owner.
        case allowed
        /// Nothing that it sends passes: somebody forges, or a service was forgotten.
        case unknown
    }

    /// What it is: a few mails that pass make no forger an own server, as mailing lists and forwarders pass some on.
    public var nature: Nature {
        if ours > 0 { return .ours }
        return passed * 2 > count ? .allowed : .unknown
    }
}
