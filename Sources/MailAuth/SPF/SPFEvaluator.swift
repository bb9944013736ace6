public import DNS
import Synchronization

/// Finds out whether a client is authorized to send for a domain (RFC 7208, 4: check_host).
public struct SPFEvaluator: Sendable {
    /// Who is asked.
    public let resolver: any DNSResolver
    /// How much it may cost.
    public let limits: SPFLimits
    private let clock: any Clock<Duration>
    private let records = SPFRecordCache()

    /// An evaluator.
    ///
    /// - Parameters:
    ///   - resolver: who is asked; it must give up when its task is cancelled.
    ///   - limits: how much an evaluation may cost.
    ///   - clock: what measures the time.
    public init(
        resolver: any DNSResolver, limits: SPFLimits = .standard, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.resolver = resolver
        self.limits = limits
        self.clock = clock
    }

    /// Evaluates a request. Never fails: what goes wrong is a result too.
    public func evaluate(_ request: SPFRequest) async -> SPFResult {
        guard let time = limits.time else { return await SPFEvaluation.run(request, resolver, limits, records) }
        let (resolver, limits, clock, records) = (resolver, limits, clock, records)
        let end = EvaluationEnd()
        return await withTaskGroup(of: SPFResult?.self) { group in
            // Runs here until it has to wait: where DNS answers at once there is nothing to limit.
            group.addImmediateTask {
                let result = await SPFEvaluation.run(request, resolver, limits, records)
                end.isReached.store(true, ordering: .releasing)
                return result
            }
            if !end.isReached.load(ordering: .acquiring) {
                group.addTask {
                    try? await clock.sleep(for: time)
                    return nil
                }
            }
            var isOver = false
            while let result = await group.next() {
                group.cancelAll()
                guard var result else {
                    isOver = true
                    continue
                }
                // RFC 7208, 4.6.4: when the time is over, the result is temperror.
                if isOver, case .dns(let name, let type, let failure) = result.problem, failure.code == .cancelled {
                    result.problem = .tooSlow(name, type)
                }
                return result
            }
            // The first task always gives a result.
            return await SPFEvaluation.run(request, resolver, limits, records)
        }
    }
}

/// Whether an evaluation is over already when somebody would start to wait for it.
private final class EvaluationEnd: Sendable {
    let isReached = Atomic(false)
}
