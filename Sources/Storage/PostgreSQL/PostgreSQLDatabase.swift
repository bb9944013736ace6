public import Deliveries
public import Foundation
public import Secrets

/// The database on a PostgreSQL server, 15 or newer; the data folder holds the files and what else is not in it.
///
/// Writers that arrive together share a commit, and take turns with those of other nodes; readers see consistent snapshots
/// and wait for nobody. What `write` returned from is committed.
public final class PostgreSQLDatabase: StoredDatabase {
    /// How many connections there are at most, where nobody says otherwise.
    public static let usualConnections = 8

    public let newerSchema: Int?
    private let pool: PostgreSQLPool
    private let lock: DataFolderLock
    private let auditChain: AuditChainInForce
    private let nodes: PostgreSQLWatch

    public var watch: PostgreSQLWatch? { nodes }

    private init(
        url: String, newerSchema: Int?, lock: DataFolderLock, watch: PostgreSQLWatch, limits: PostgreSQLPool.Limits,
        random: any RandomSource, report: @escaping @Sendable (DatabaseNews) -> Void
    ) {
        self.newerSchema = newerSchema
        nodes = watch
        self.lock = lock
        auditChain = AuditChainInForce()
        pool = PostgreSQLPool(url: url, limits: limits, auditChain: auditChain, random: random, report: report)
    }

    /// Connects and brings the schema up to date.
    ///
    /// - Parameters:
    ///   - url: `postgresql://…`, as libpq reads it.
    ///   - folder: the data folder; made with mode 0700 if it is missing. One process has it at a time.
    ///   - connections: how many at most, 1 or more.
    ///   - random: spreads repetitions over time, and marks commits.
    ///   - now: the clock, for the record of migrations; `nil`: the server's.
    ///   - report: is told when the server is lost and when it is back.
    /// - Throws: `StorageError`: another process has the folder, a newer version left no room for this one, an
    ///   installation is being moved into the database, or the server cannot be used.
    public static func open(
        url: String, folder: URL, connections: Int = usualConnections, random: any RandomSource,
        now: (@Sendable () -> Date)? = nil, report: @escaping @Sendable (DatabaseNews) -> Void = { _ in }
    ) async throws -> PostgreSQLDatabase {
        var limits = PostgreSQLPool.Limits()
        limits.connections = connections
        return try await open(url: url, folder: folder, limits: limits, random: random, now: now, report: report)
    }

    static func open(
        url: String, folder: URL, limits: PostgreSQLPool.Limits, random: any RandomSource,
        now: (@Sendable () -> Date)? = nil, report: @escaping @Sendable (DatabaseNews) -> Void = { _ in }
    ) async throws -> PostgreSQLDatabase {
        try await SerialThread("depesche.database").run {
            let lock = try DataFolderLock(folder: folder)
            return try naming {
                let connection = try PostgreSQLConnection(url: url)
                let clock = try DatabaseClock(connection)
                try migrate(connection, now: now ?? { clock.now() })
                let newerSchema = try inspect(connection) { runner in
                    try Migrator().demandWhole(runner)
                    return try Migrator().newerSchema(runner)
                }
                return PostgreSQLDatabase(
                    url: url, newerSchema: newerSchema, lock: lock, watch: try PostgreSQLWatch(url: url, clock: clock),
                    limits: limits, random: random, report: report)
            }
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
    /// - Throws: what the body throws; `DeliveriesError` `.diskFull`, `.busy` if too many wait or one too long, if others
    ///   were in its way each time or if the server cannot be reached, `.trouble`, also where it cannot be found out
    ///   within a minute whether it was committed; `StorageError.closed`.
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
            let job = PostgreSQLJob(
                isReading: isReading, since: .now,
                run: { transaction in
                    let result = try body(transaction)
                    return { continuation.resume(returning: result) }
                },
                fail: { continuation.resume(throwing: $0) })
            do {
                try pool.submit(job)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    public func prepareToClose() { pool.prepareToClose() }

    /// Serves who waits, closes the connections and lets the next process have the folder. What hangs on a server that
    /// does not answer is given up after some seconds. A second call does nothing.
    public func close() async throws {
        await nodes.stop()
        if try await pool.close() { lock.release() }
    }
}
