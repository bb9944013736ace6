public import DNS
public import MailRouting

/// How TLS went in one session, as reports count it (RFC 8460, 4).
public struct TLSSession: Sendable, Equatable {
    /// The domain of the recipients.
    public var domain: DNSName
    /// The policy that the session was held to.
    public var policy: TLSReportPolicy
    /// What failed; `nil` if it came about as the policy says.
    public var failure: TLSFailureDetail?

    /// A session.
    public init(domain: DNSName, policy: TLSReportPolicy, failure: TLSFailureDetail? = nil) {
        self.domain = domain
        self.policy = policy
        self.failure = failure
    }
}

/// Counts sessions for reports.
public protocol TLSSessionSink: Sendable {
    /// Counts one.
    func note(_ session: TLSSession)
}
