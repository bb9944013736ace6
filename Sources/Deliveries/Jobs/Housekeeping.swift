public import Foundation
import Logging
import Synchronization

/// Runs the jobs that are due. Composition calls ``runDue()`` in a loop.
public final class Housekeeping: Sendable {
    /// How long a job waits after it failed, or after another process held its lease, seconds.
    static let retryInterval: TimeInterval = 60

    /// The jobs.
    public let jobs: [any LeasedJob]
    private let parts: DeliveryParts
    /// When each job is worth a look: memory is a hint, the row decides.
    private let due = Mutex<[String: Date]>([:])

    /// The usual jobs.
    ///
    /// - Parameters:
    ///   - parts: what they work with.
    ///   - further: jobs of other parts of the system.
    public convenience init(_ parts: DeliveryParts, further: [any LeasedJob] = []) {
        self.init(
            parts,
            jobs: [
                NoticeJob(parts), ExpiryJob(parts), RemovalJob(parts), ReminderJob(parts), ChecksumJob(parts),
                AbandonedDraftJob(parts), OrphanJob(parts), RetentionJob(parts), AuditKeepingJob(parts),
                OperationWatchJob(parts),
            ] + further)
    }

    /// One job that others must not wait for.
    public convenience init(_ parts: DeliveryParts, only job: any LeasedJob) {
        self.init(parts, jobs: [job])
    }

    init(_ parts: DeliveryParts, jobs: [any LeasedJob]) {
        self.parts = parts
        self.jobs = jobs
    }

    /// Runs each job that is due and that no other process is at. A job that fails is logged and tried again later; it
    /// holds up no other.
    ///
    /// - Returns: when the next one is due.
    @discardableResult
    public func runDue() async -> Date {
        for job in jobs where !Task.isCancelled {
            let now = parts.now()
            guard due.withLock({ $0[job.name] ?? now }) <= now else { continue }
            let next = await run(job, now: now)
            due.withLock { $0[job.name] = next }
        }
        return due.withLock { $0.values.min() } ?? parts.now()
    }

    private func run(_ job: any LeasedJob, now: Date) async -> Date {
        let retry = now.addingTimeInterval(Self.retryInterval)
        do {
            let name = job.name
            let until = now.addingTimeInterval(job.leaseTime)
            guard try await parts.database.write({ try $0.ledger.leaseJob(name, now: now, until: until) }) else {
                return retry
            }
            var next = retry
            var failedAt: Date?
            do {
                next = try await job.run(now: now)
            } catch {
                failedAt = now
                parts.log.failure("a job failed", error, metadata: ["job": "\(name)"])
            }
            let (nextAt, failed) = (next, failedAt)
            try await parts.database.write { try $0.ledger.finishJob(name, nextAt: nextAt, failedAt: failed) }
            return next
        } catch {
            parts.log.failure("a job's row failed", error, metadata: ["job": "\(job.name)"])
            return retry
        }
    }
}
