public import Foundation

/// A report that came in about TLS towards our domains (RFC 8460), as it is kept.
public struct ReceivedTLSReport: Equatable, Sendable {
    /// Sessions that went alike.
    public struct Row: Equatable, Sendable {
        /// Which of our domains they were towards.
        public let domain: String
        /// The kind of policy that they were held to.
        public let policy: String
        /// What failed; empty for sessions that came about.
        public let result: String
        /// The host that it failed at; may be empty.
        public let host: String
        /// How many.
        public let sessions: Int

        /// A row with all its parts.
        public init(domain: String, policy: String, result: String, host: String, sessions: Int) {
            self.domain = domain
            self.policy = policy
            self.result = result
            self.host = host
            self.sessions = sessions
        }
    }

    /// What tells it from others: made of the organisation and its own name for it.
    public let key: String
    /// Who reports, in words of its own.
    public let organisation: String
    /// When the time begins that it covers.
    public let begin: Date
    /// When it ends.
    public let end: Date
    /// When it came.
    public let receivedAt: Date
    /// What happened.
    public let rows: [Row]

    /// The day that it is about, counted from 1970 in UTC.
    public var day: Int { Int((begin.timeIntervalSince1970 / 86_400).rounded(.down)) }

    /// A report with all its parts.
    public init(key: String, organisation: String, begin: Date, end: Date, receivedAt: Date, rows: [Row]) {
        self.key = key
        self.organisation = organisation
        self.begin = begin
        self.end = end
        self.receivedAt = receivedAt
        self.rows = rows
    }
}

/// How sessions towards one of our domains went.
public struct TLSReportDomain: Equatable, Sendable {
    /// The domain, as A-labels.
    public let domain: String
    /// How many came about.
    public let successful: Int
    /// How many failed.
    public let failed: Int

    /// A domain with all its parts.
    public init(domain: String, successful: Int, failed: Int) {
        self.domain = domain
        self.successful = successful
        self.failed = failed
    }
}

/// What failed towards one of our domains at one host.
public struct TLSReportFailure: Equatable, Sendable {
    /// The domain, as A-labels.
    public let domain: String
    /// The host; may be empty.
    public let host: String
    /// What failed, as RFC 8460, 4.3 calls it.
    public let result: String
    /// How many sessions.
    public let sessions: Int

    /// A failure with all its parts.
    public init(domain: String, host: String, result: String, sessions: Int) {
        self.domain = domain
        self.host = host
        self.result = result
        self.sessions = sessions
    }
}
