public import DNS
public import Foundation

/// What is known of one domain's MTA-STS policy, and what is to be done next (RFC 8461, 3.3 and 5.1).
///
/// Before an attempt the domain's record is looked up and given to ``look(_:at:)``. It answers whether to go on with
/// what is known, or to fetch first; what the fetch came to is given to ``finish(_:_:at:)``. An unexpired policy stays
/// in force whatever fails: who can suppress DNS answers or break connections must not thereby switch it off.
public struct STSState: Sendable, Hashable, Codable {
    /// A policy that is kept.
    public struct Kept: Sendable, Hashable, Codable {
        /// The policy.
        public var policy: STSPolicy
        /// The id under which it was fetched.
        public var id: String
        /// When it was fetched.
        public var fetched: Date

        /// When it ends.
        public var expires: Date { fetched.addingTimeInterval(TimeInterval(policy.maxAge)) }
    }

    /// What DNS says of the record.
    public enum Look: Sendable, Hashable {
        /// It is there.
        case record(STSRecord)
        /// It is not there, or there is no valid one.
        case none
        /// It could not be asked for.
        case failed(DNSFailure)

        /// What an answer to the question for the record means.
        public init(_ answer: Result<DNSAnswer, DNSFailure>) {
            switch answer {
            case .success(let answer): self = STSRecord.find(in: answer.texts).map(Look.record) ?? .none
            case .failure(let failure): self = .failed(failure)
            }
        }
    }

    /// What to do next.
    public enum Step: Sendable, Hashable {
        /// Go on with this policy, or without one.
        case use(STSPolicy?)
        /// Go on with this policy, and fetch it again meanwhile: more than half of its time is over.
        case refresh(STSPolicy, STSFetch)
        /// Fetch first.
        case fetch(STSFetch)
    }

    /// After a fetch that failed the same policy is not tried again for so long, seconds (RFC 8461, 3.3).
    public static let patience: TimeInterval = 300

    /// Whose policy it is.
    public let domain: DNSName
    /// The policy that is kept.
    public private(set) var kept: Kept?
    /// The last fetch that failed: its id and when.
    private var failedID: String?
    private var failedAt: Date?

    /// Nothing is known yet.
    public init(domain: DNSName) {
        self.domain = domain.lowercased
    }

    /// The policy in force: kept, not expired, and not of the mode that ends it.
    public func policy(at now: Date) -> STSPolicy? {
        guard let kept, now < kept.expires, kept.policy.mode != .none else { return nil }
        return kept.policy
    }

    /// Takes what DNS says of the record before an attempt.
    public func look(_ look: Look, at now: Date) -> Step {
        let current = policy(at: now)
        // No record, or no answer: what is kept stays in force to its end (RFC 8461, 5.1).
        guard case .record(let record) = look, let fetch = STSFetch(domain: domain, id: record.id) else {
            return .use(current)
        }
        if failedID == record.id, let failedAt, now < failedAt.addingTimeInterval(Self.patience), now >= failedAt {
            return .use(current)
        }
        guard let kept, now < kept.expires, kept.id == record.id else { return .fetch(fetch) }
        guard let current else { return .use(nil) }
        let isOld = now >= kept.fetched.addingTimeInterval(TimeInterval(kept.policy.maxAge) / 2)
        return isOld ? .refresh(current, fetch) : .use(current)
    }

    /// Takes what a fetch came to.
    ///
    /// - Returns: the policy that is in force now, if any.
    public mutating func finish(
        _ fetch: STSFetch, _ result: Result<STSPolicy, STSFetch.Failure>, at now: Date
    ) -> STSPolicy? {
        switch result {
        case .success(let policy):
            kept = Kept(policy: policy, id: fetch.id, fetched: now)
            (failedID, failedAt) = (nil, nil)
        case .failure: (failedID, failedAt) = (fetch.id, now)
        }
        return policy(at: now)
    }
}
