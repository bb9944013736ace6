/// Counts the sessions towards one domain, for its report (RFC 8460, 4).
public struct TLSReportCounts: Sendable, Hashable {
    private struct Tally: Sendable, Hashable {
        var successful = 0
        var failed = 0
        var failures: [TLSFailureDetail: Int] = [:]
    }

    private var tallies: [TLSReportPolicy: Tally] = [:]

    /// So many different failures are told apart under a policy; the others are only counted.
    public static let limit = 200

    /// Nothing has been counted yet.
    public init() {}

    /// Whether nothing has been counted.
    public var isEmpty: Bool { tallies.isEmpty }

    /// Counts sessions that came about as a policy says.
    public mutating func countSuccess(under policy: TLSReportPolicy, times: Int = 1) {
        tallies[policy, default: Tally()].successful += max(0, times)
    }

    /// Counts sessions that did not.
    ///
    /// - Parameters:
    ///   - detail: what failed; its own count says how often.
    ///   - policy: the policy that they were held to.
    public mutating func countFailure(_ detail: TLSFailureDetail, under policy: TLSReportPolicy) {
        var tally = tallies[policy] ?? Tally()
        tally.failed += max(0, detail.count)
        let key = detail.uncounted
        if tally.failures[key] != nil || tally.failures.count < Self.limit {
            tally.failures[key, default: 0] += max(0, detail.count)
        }
        tallies[policy] = tally
    }

    /// What was counted, in an order that depends on nothing but what was counted.
    public var results: [TLSReport.PolicyResult] {
        tallies.map { policy, tally in
            let failures = tally.failures.map { key, count in
                var detail = key
                detail.count = count
                return detail
            }
            return TLSReport.PolicyResult(
                policy: policy, summary: TLSReport.Summary(successful: tally.successful, failed: tally.failed),
                failures: failures.sorted { $0.sortKey.lexicographicallyPrecedes($1.sortKey) })
        }
        .sorted { Self.sortKey($0.policy).lexicographicallyPrecedes(Self.sortKey($1.policy)) }
    }

    private static func sortKey(_ policy: TLSReportPolicy) -> [String] {
        [policy.domain, policy.kind.rawValue] + policy.strings + policy.mxHosts
    }
}
