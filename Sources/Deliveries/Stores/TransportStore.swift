public import Foundation

/// How many TLS sessions of a day towards a domain went in one way, for the report to it (RFC 8460).
public struct TLSSessionCount: Equatable, Sendable {
    /// The day, counted from 1 January 1970 UTC.
    public var day: Int
    /// The domain of the recipients.
    public var domain: String
    /// The policy that the sessions were held to, as JSON.
    public var policy: String
    /// What failed, as JSON; empty for sessions that came about.
    public var failure: String
    /// How many.
    public var sessions: Int

    /// A count.
    public init(day: Int, domain: String, policy: String, failure: String, sessions: Int) {
        self.day = day
        self.domain = domain
        self.policy = policy
        self.failure = failure
        self.sessions = sessions
    }
}

/// Keeps what the built-in mail server knows of other mail servers.
public protocol TransportStore {
    /// What is known of a domain's MTA-STS policy, as JSON.
    func policyState(of domain: String) throws -> String?
    /// Keeps what is known of it.
    func keepPolicyState(_ state: String, of domain: String, at: Date) throws
    /// Forgets policies that were kept before then; returns how many.
    func forgetPolicies(before: Date) throws -> Int
    /// Adds to the counts of TLS sessions.
    func count(_ counts: [TLSSessionCount]) throws
    /// The domains that have counts of days before this one, of the oldest such day first.
    func reportsDue(before day: Int, limit: Int) throws -> [(day: Int, domain: String)]
    /// The counts of a day and domain.
    func counts(of domain: String, day: Int) throws -> [TLSSessionCount]
    /// Removes the counts of a day and domain.
    func removeCounts(of domain: String, day: Int) throws
}
