public import Deliveries
public import Foundation
import GRDB
public import Secrets
import Synchronization

/// The database in one SQLite file of the data folder.
///
/// One process owns it. Writers that arrive together share a commit, readers see consistent snapshots and wait for
/// nobody. What `write` returned from is on disk.
public final class SQLiteDatabase: StoredDatabase {
    /// The name of the file in the data folder.
    public static let fileName = "depesche.sqlite"

    /// How many transactions may wait, of each kind, before further ones are told that the server is busy.
    static let longestQueue = 10_000

    private struct Readers {
        var count = 0
        var isClosed = false
        var lastLeft: CheckedContinuation<Void, Never>?
    }

    public let newerSchema: Int?
    let pool: DatabasePool
    let maintenance: SerialThread
    /// One process has the folder.
    public var watch: PostgreSQLWatch? { nil }
    private let lock: DataFolderLock
    private let recorder: StatementRecorder?
    private let commits: GroupCommit
    private let auditChain: AuditChainInForce
    private let readers = Mutex(Readers())

    private init(
        pool: DatabasePool, newerSchema: Int?, lock: DataFolderLock, maintenance: SerialThread,
        recorder: StatementRecorder?, queue: Int
    ) {
        self.newerSchema = newerSchema
        self.pool = pool
        self.lock = lock
        self.maintenance = maintenance
        self.recorder = recorder
        let auditChain = AuditChainInForce()
        self.auditChain = auditChain
        commits = GroupCommit(pool: pool, recorder: recorder, limit: queue) { auditChain.current }
    }

    /// Opens the database of a data folder, or makes it, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - folder: the data folder; made with mode 0700 if it is missing.
    ///   - now: the clock, for the record of migrations.
    /// - Throws: `StorageError`: another process has it, a newer version left no room for this one, an installation is
    ///   being moved into it, or it cannot be used.
    public static func open(
        folder: URL, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> SQLiteDatabase {
        try await open(folder: folder, migrator: Migrator(), recorder: nil, now: now)
    }

    static func open(
        folder: URL, migrator: Migrator, recorder: StatementRecorder?, queue: Int = longestQueue,
        now: @escaping @Sendable () -> Date
    ) async throws -> SQLiteDatabase {
        let maintenance = SerialThread("depesche.database")
        return try await maintenance.run {
            let lock = try DataFolderLock(folder: folder)
            let file = folder.appendingPathComponent(fileName)
            do {
                let pool = try openPool(file)
                try migrate(pool, migrator: migrator, recorder: recorder, now: now)
                let newerSchema = try pool.writeWithoutTransaction { database in
                    let connection = SQLiteConnection(database)
                    defer { connection.end() }
                    try migrator.demandWhole(connection)
                    return try migrator.newerSchema(connection)
                }
                return SQLiteDatabase(
                    pool: pool, newerSchema: newerSchema, lock: lock, maintenance: maintenance, recorder: recorder,
                    queue: queue)
            } catch let error as DatabaseError {
                let reason = error.message ?? "SQLite \(error.extendedResultCode.rawValue)"
                throw StorageError.unusableDatabase(path: file.path, reason: reason)
            }
        }
    }

    static func openPool(_ file: URL) throws -> DatabasePool {
        // SQLite gives its side files the mode of the file itself.
        let descriptor = Foundation.open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.unusableDatabase(path: file.path, reason: String(cString: strerror(errno)))
        }
        _ = Foundation.close(descriptor)

        var configuration = Configuration()
        configuration.label = "depesche"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -16000")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            // A file's wrapped key that is taken away is overwritten, not only unlinked.
            try database.execute(sql: "PRAGMA secure_delete = ON")
        }
        let pool = try DatabasePool(path: file.path, configuration: configuration)
        // DatabasePool sets NORMAL after it prepared a connection; a commit must be on disk when it returns.
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return pool
    }

    static func migrate(
        _ pool: DatabasePool, migrator: Migrator, recorder: StatementRecorder?, now: @Sendable () -> Date
    ) throws {
        try pool.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database, recorder: recorder)
            defer { connection.end() }
            try database.execute(sql: Migrator.bookkeeping(.sqlite))
            for migration in try migrator.pending(connection) {
                try database.inTransaction(.immediate) {
                    for statement in migration.statements(.sqlite) { try database.execute(sql: statement) }
                    try migrator.note(migration, now: now(), connection)
                    return .commit
                }
            }
        }
    }

    /// Ties the entries of the audit trail together under the installation's own key from now on; those of an older
    /// database that are in no chain yet get their place in it.
    ///
    /// Until it is called, entries are sealed with a key that nobody has, so that none of them is ever found to be in
    /// order by mistake.
    ///
    /// - Parameters:
    ///   - keys: the installation's keys.
    ///   - now: the time.
    public func chainAudit(with keys: KeyRing, now: Date) async throws {
        auditChain.use(AuditChain(keys: keys))
        try await write { try $0.ledger.adoptAudit(at: now) }
    }

    /// Runs `body` in a transaction and returns when its commit is on disk. Cancelling the task changes nothing.
    ///
    /// - Throws: what the body throws; `DeliveriesError` `.diskFull`, `.busy` if too many wait, `.trouble`;
    ///   `StorageError.closed`.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job = GroupCommit.Job(
                run: { transaction in
                    let result = try body(transaction)
                    return { continuation.resume(returning: result) }
                },
                fail: { continuation.resume(throwing: $0) })
            do {
                try commits.submit(job)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Runs `body` on a consistent snapshot. Cancelling the task changes nothing.
    ///
    /// - Throws: what the body throws; `DeliveriesError` `.busy` if too many wait, `.trouble`, also for an attempt to
    ///   write; `StorageError.closed`.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await readConnection { [auditChain] database, recorder in
            let connection = SQLiteConnection(database, recorder: recorder)
            defer { connection.end() }
            return try body(SQLTransaction(sql: connection, auditChain: auditChain.current))
        }
    }

    func readConnection<Value: Sendable>(
        _ body: @escaping @Sendable (GRDB.Database, StatementRecorder?) throws -> Value
    ) async throws -> Value {
        try readers.withLock { readers in
            guard !readers.isClosed else { throw StorageError.closed }
            guard readers.count < Self.longestQueue else { throw DeliveriesError(.busy, retryAfter: 1) }
            readers.count += 1
        }
        defer { leaveReading() }
        return try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { [recorder] outcome in
                do {
                    continuation.resume(returning: try body(try outcome.get(), recorder))
                } catch let error as DatabaseError {
                    continuation.resume(throwing: error.translated)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private func leaveReading() {
        let lastLeft = readers.withLock { readers -> CheckedContinuation<Void, Never>? in
            readers.count -= 1
            guard readers.count == 0 else { return nil }
            defer { readers.lastLeft = nil }
            return readers.lastLeft
        }
        lastLeft?.resume()
    }

    /// Serves who waits, closes the file and lets the next process in. A second call does nothing.
    public func close() async throws {
        let isFirst = readers.withLock { readers in
            defer { readers.isClosed = true }
            return !readers.isClosed
        }
        guard isFirst else { return }
        commits.close()
        await withCheckedContinuation { continuation in
            let isIdle = readers.withLock { readers in
                if readers.count > 0 { readers.lastLeft = continuation }
                return readers.count == 0
            }
            if isIdle { continuation.resume() }
        }
        // The writer queue is serial: those who wait are served before it closes.
        try await maintenance.run { [pool, lock] in
            defer { lock.release() }
            do {
                try pool.close()
            } catch let error as DatabaseError {
                throw error.translated
            }
        }
    }

    /// How many writers wait for their group.
    var waitingWriters: Int { commits.waiting }
    /// How many commits there were, for how many bodies.
    var statistics: GroupCommit.Statistics { commits.statistics }
}
