public import Deliveries
public import Foundation
public import Secrets
import Synchronization

/// The database on a PostgreSQL server, 15 or newer; the data folder holds the files and what else is not in it.
///
/// Writers run under SERIALIZABLE, several at a time, and again where they were in each other's way; readers see
/// consistent snapshots. What `write` returned from is committed.
public final class PostgreSQLDatabase: StoredDatabase {
    /// How many connections there are at most.
    public static let mostConnections = 8

    /// How many transactions may wait before further ones are told that the server is busy.
    private static let longestQueue = 10_000

    private struct State {
        var waiting: [PostgreSQLWorker.Job] = []
        var idle: [PostgreSQLWorker]
        var isClosed = false
        var lastLeft: CheckedContinuation<Void, Never>?
    }

    public let newerSchema: Int?
    private let workers: [PostgreSQLWorker]
    private let lock: DataFolderLock
    private let auditChain: AuditChainInForce
    private let state: Mutex<State>

    private init(
        url: String, newerSchema: Int?, lock: DataFolderLock, connections: Int, random: any RandomSource
    ) {
        self.newerSchema = newerSchema
        self.lock = lock
        let auditChain = AuditChainInForce()
        self.auditChain = auditChain
        let workers = (1...connections).map {
            PostgreSQLWorker(number: $0, url: url, auditChain: auditChain, random: random)
        }
        self.workers = workers
        state = Mutex(State(idle: workers))
    }

    /// Connects and brings the schema up to date.
    ///
    /// - Parameters:
    ///   - url: `postgresql://…`, as libpq reads it.
    ///   - folder: the data folder; made with mode 0700 if it is missing. One process has it at a time.
    ///   - connections: how many at most.
    ///   - random: spreads repetitions over time.
    ///   - now: the clock, for the record of migrations.
    /// - Throws: `StorageError`: another process has the folder, a newer version left no room for this one, an
    ///   installation is being moved into the database, or the server cannot be used.
    public static func open(
        url: String, folder: URL, connections: Int = mostConnections, random: any RandomSource,
        now: @escaping @Sendable () -> Date
    ) async throws -> PostgreSQLDatabase {
        try await SerialThread("depesche.database").run {
            let lock = try DataFolderLock(folder: folder)
            let newerSchema = try naming {
                let connection = try PostgreSQLConnection(url: url)
                try migrate(connection, now: now)
                return try inspect(connection) { runner in
                    try Migrator().demandWhole(runner)
                    return try Migrator().newerSchema(runner)
                }
            }
            return PostgreSQLDatabase(
                url: url, newerSchema: newerSchema, lock: lock, connections: connections, random: random)
        }
    }

    public func chainAudit(with keys: KeyRing, now: Date) async throws {
        auditChain.use(AuditChain(keys: keys))
        try await write { try $0.ledger.adoptAudit(at: now) }
    }

    /// `pg_dump` copies it; this only says so.
    public func backup(to file: URL) async throws { throw StorageError.copiedByItsOwnTools }

    /// Runs `body` in a transaction and returns when it is committed. Cancelling the task changes nothing.
    ///
    /// - Throws: what the body throws; `DeliveriesError` `.diskFull`, `.busy` if too many wait, if others were in its way
    ///   each time or if the server cannot be reached, `.trouble`, also where it is unknown whether it was committed;
    ///   `StorageError.closed`.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await perform(isReading: false, body)
    }

    /// Runs `body` on a consistent snapshot. Cancelling the task changes nothing.
    ///
    /// - Throws: as `write`.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await perform(isReading: true, body)
    }

    func perform<Result: Sendable>(
        isReading: Bool, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job = PostgreSQLWorker.Job(
                isReading: isReading,
                run: { transaction in
                    let result = try body(transaction)
                    return { continuation.resume(returning: result) }
                },
                fail: { continuation.resume(throwing: $0) })
            do {
                try submit(job)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func submit(_ job: PostgreSQLWorker.Job) throws {
        try state.withLock { state in
            guard !state.isClosed else { throw StorageError.closed }
            guard state.waiting.count < Self.longestQueue else { throw DeliveriesError(.busy, retryAfter: 1) }
            state.waiting.append(job)
            // The one that was busy last: its connection is open and its statements are prepared.
            guard let worker = state.idle.popLast() else { return }
            worker.thread.start {
                while let job = self.nextJob(of: worker) { worker.perform(job) }
            }
        }
    }

    private func nextJob(of worker: PostgreSQLWorker) -> PostgreSQLWorker.Job? {
        state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.idle.append(worker)
            if state.idle.count == workers.count {
                state.lastLeft?.resume()
                state.lastLeft = nil
            }
            return nil
        }
    }

    /// Serves who waits, closes the connections and lets the next process have the folder. A second call does nothing.
    public func close() async throws {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                let isIdle = state.idle.count == workers.count
                if !isIdle { state.lastLeft = continuation }
                return isIdle
            }
            if isIdle { continuation.resume() }
        }
        for worker in workers { try await worker.thread.run { worker.disconnect() } }
        lock.release()
    }
}
