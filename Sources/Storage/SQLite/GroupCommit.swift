import Deliveries
import Foundation
import GRDB
import Synchronization

/// Lets writers that arrive together share one commit: a disk syncs a few hundred times a second, not thousands.
///
/// While one group's commit is being synced, the next writers gather. One that fails undoes only itself: the group is
/// rolled back then and runs again, each body in a savepoint of its own. Each writer is answered after the commit. All of
/// it happens on GRDB's writer queue; no task is involved, so none can be cancelled.
final class GroupCommit: Sendable {
    /// A writer's body.
    struct Job: Sendable {
        /// Runs the body; what comes back answers the writer once the commit is durable.
        let run: @Sendable (any Transaction) throws -> @Sendable () -> Void
        /// Tells the writer that nothing was written.
        let fail: @Sendable (any Error) -> Void
    }

    /// What was done so far.
    struct Statistics: Equatable, Sendable {
        var commits = 0
        var bodies = 0
        var failures = 0
    }

    private struct State {
        var waiting: [Job] = []
        var isDraining = false
        var isClosed = false
        var statistics = Statistics()
    }

    /// How many writers share a commit at most, so that the first ones do not wait for too many.
    private static let largestGroup = 256

    private let pool: DatabasePool
    private let recorder: StatementRecorder?
    private let limit: Int
    private let auditChain: @Sendable () -> AuditChain
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: how many writers may wait before further ones are told that the server is busy.
    ///   - auditChain: what ties new entries of the audit trail to those before.
    init(
        pool: DatabasePool, recorder: StatementRecorder?, limit: Int, auditChain: @escaping @Sendable () -> AuditChain
    ) {
        self.auditChain = auditChain
        self.pool = pool
        self.recorder = recorder
        self.limit = limit
    }

    var statistics: Statistics { state.withLock { $0.statistics } }

    /// How many writers wait for their group.
    var waiting: Int { state.withLock { $0.waiting.count } }

    func submit(_ job: Job) throws {
        try state.withLock { state in
            guard !state.isClosed else { throw StorageError.closed }
            guard state.waiting.count < limit else { throw DeliveriesError(.busy, retryAfter: 1) }
            state.waiting.append(job)
            guard !state.isDraining else { return }
            state.isDraining = true
            pool.asyncWriteWithoutTransaction { database in self.drain(database) }
        }
    }

    /// Takes no more writers; those who wait are still served before the pool closes.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    private func drain(_ database: GRDB.Database) {
        while let group = nextGroup() {
            commit(group, on: database)
        }
    }

    private func nextGroup() -> [Job]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            let group = Array(state.waiting.prefix(Self.largestGroup))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ group: [Job], on database: GRDB.Database) {
        // Most groups succeed as a whole, and savepoints cost as much as small bodies.
        if group.count > 1, tryCommit(group, on: database) { return }
        commitEach(group, on: database)
    }

    /// Commits the bodies without savepoints; false, and nothing has happened, if one of them fails.
    private func tryCommit(_ group: [Job], on database: GRDB.Database) -> Bool {
        var answers: [@Sendable () -> Void] = []
        do {
            try database.beginTransaction(.immediate)
            for job in group {
                answers.append(try run(job, on: database))
                // Where SQLite gave the transaction up unseen, the next body would write outside of any.
                guard database.isInsideTransaction else { return false }
            }
            try database.commit()
        } catch {
            // SQLite may have rolled back already; then there is nothing to do.
            if database.isInsideTransaction { try? database.rollback() }
            return false
        }
        count(answers.count)
        for answer in answers { answer() }
        return true
    }

    private func commitEach(_ group: [Job], on database: GRDB.Database) {
        var answers: [(job: Job, answer: @Sendable () -> Void)] = []
        var failures: [(job: Job, error: any Error)] = []
        do {
            try database.beginTransaction(.immediate)
        } catch {
            return report(group.map { ($0, Self.translated(error)) })
        }
        for (index, job) in group.enumerated() {
            do {
                answers.append((job, try runBody(job, on: database)))
            } catch {
                failures.append((job, Self.translated(error)))
                guard database.isInsideTransaction else {
                    // SQLite gave the whole transaction up (a full disk can do that): the others, whose bodies may run
                    // again, get one of their own each.
                    report(failures)
                    for other in answers.map(\.job) + group[(index + 1)...] { commitEach([other], on: database) }
                    return
                }
            }
        }
        do {
            try database.commit()
        } catch {
            // SQLite may have rolled back already; then there is nothing to do.
            if database.isInsideTransaction { try? database.rollback() }
            return report(failures + answers.map { ($0.job, Self.translated(error)) })
        }
        count(answers.count)
        for answer in answers { answer.answer() }
        report(failures)
    }

    private func count(_ bodies: Int) {
        state.withLock { state in
            state.statistics.commits += 1
            state.statistics.bodies += bodies
        }
    }

    private func run(_ job: Job, on database: GRDB.Database) throws -> @Sendable () -> Void {
        let connection = SQLiteConnection(database, recorder: recorder)
        defer { connection.end() }
        return try job.run(SQLTransaction(sql: connection, auditChain: auditChain()))
    }

    private static func translated(_ error: any Error) -> any Error {
        (error as? DatabaseError)?.translated ?? error
    }

    /// Runs one body in a savepoint and undoes it if it fails.
    private func runBody(_ job: Job, on database: GRDB.Database) throws -> @Sendable () -> Void {
        try database.cachedStatement(sql: "SAVEPOINT body").execute()
        do {
            let answer = try run(job, on: database)
            try database.cachedStatement(sql: "RELEASE SAVEPOINT body").execute()
            return answer
        } catch {
            if database.isInsideTransaction {
                try database.cachedStatement(sql: "ROLLBACK TO SAVEPOINT body").execute()
                try database.cachedStatement(sql: "RELEASE SAVEPOINT body").execute()
            }
            throw error
        }
    }

    private func report(_ failures: [(job: Job, error: any Error)]) {
        guard !failures.isEmpty else { return }
        state.withLock { $0.statistics.failures += failures.count }
        for failure in failures { failure.job.fail(failure.error) }
    }
}
