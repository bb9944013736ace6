import Deliveries
public import Foundation

/// Which steps of the schema were applied, and applying them.
extension PostgreSQLDatabase {
    /// How often a step is tried while it and the transactions of running nodes wait for each other.
    private static let mostAttempts = 5

    public func appliedSchema() async throws -> AppliedSchema {
        try await perform(isReading: true) { transaction in
            guard let sql = (transaction as? SQLTransaction)?.sql else { return .none }
            return try AppliedSchema(sql)
        }
    }

    /// Which steps were applied to a database; nothing is changed.
    ///
    /// - Throws: `StorageError.unusableServer`.
    public static func appliedSchema(url: String) async throws -> AppliedSchema {
        try await SerialThread("depesche.schema").run {
            try naming {
                let connection = try PostgreSQLConnection(url: url)
                return try inspect(connection) { runner in
                    try hasBookkeeping(connection) ? AppliedSchema(runner) : .none
                }
            }
        }
    }

    /// Brings the schema up to date, also while nodes of another version run.
    ///
    /// - Parameters:
    ///   - url: `postgresql://…`, as libpq reads it.
    ///   - now: the clock, for the record of migrations.
    /// - Throws: `StorageError`: as `open`.
    public static func migrate(url: String, now: @escaping @Sendable () -> Date) async throws {
        try await SerialThread("depesche.schema").run {
            try naming {
                let connection = try PostgreSQLConnection(url: url)
                try migrate(connection, now: now)
                try inspect(connection) { try Migrator().demandWhole($0) }
            }
        }
    }

    /// Of several that start at once one migrates, and the others find it done.
    static func migrate(_ connection: PostgreSQLConnection, migrator: Migrator = Migrator(), now: () -> Date) throws {
        try inspect(connection) { runner in
            try connection.command("SET statement_timeout = 0; SET lock_timeout = 0")
            // Any number that nobody else uses, the same in all versions; it is let go with the connection.
            try connection.command("SELECT pg_advisory_lock(4919131752989213764)")
            try connection.command(Migrator.bookkeeping(.postgreSQL))
            for migration in try migrator.pending(runner) {
                try apply(migration, of: migrator, on: connection, now: now)
            }
        }
    }

    private static func apply(
        _ migration: Migration, of migrator: Migrator, on connection: PostgreSQLConnection, now: () -> Date
    ) throws {
        for attempt in 1...mostAttempts {
            do {
                try connection.command("BEGIN")
                for statement in migration.statements(.postgreSQL) { try connection.command(statement) }
                try inspect(connection) { try migrator.note(migration, now: now(), $0) }
                return try connection.command("COMMIT")
            } catch let failure as PostgreSQLFailure where failure.isSerialization && attempt < mostAttempts {
                // The server ended one of two that waited for each other.
                try connection.command("ROLLBACK")
            }
        }
    }

    /// Whether any version has begun to make its tables there.
    static func hasBookkeeping(_ connection: PostgreSQLConnection) throws -> Bool {
        try connection.execute("SELECT to_regclass('schema_migration') IS NOT NULL", []).rows == [[.integer(1)]]
    }

    /// Has statements run on a connection that is nobody else's.
    static func inspect<Result>(
        _ connection: PostgreSQLConnection, _ body: (PostgreSQLRunner) throws -> Result
    ) throws -> Result {
        let runner = PostgreSQLRunner(connection)
        defer { runner.end() }
        return try body(runner)
    }

    /// Says of a failure that it is the server's.
    static func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PostgreSQLFailure {
            throw StorageError.unusableServer(reason: error.message)
        } catch let error as DeliveriesError {
            throw StorageError.unusableServer(reason: error.detail ?? error.code.rawValue)
        }
    }
}
