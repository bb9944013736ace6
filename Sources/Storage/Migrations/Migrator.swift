import Deliveries
import Foundation

/// Brings a database to the newest schema, one transaction per step.
struct Migrator {
    let migrations: [Migration]

    init(migrations: [Migration] = Migration.all) {
        self.migrations = migrations
    }

    /// The newest schema that this version knows.
    var newest: Int { migrations.last?.number ?? 0 }

    /// The table of what was applied, and those of the driver itself; made before anything else.
    static func bookkeeping(_ engine: Engine) -> String {
        let types = ColumnTypes(engine: engine)
        let applied = """
            CREATE TABLE IF NOT EXISTS schema_migration (
                number \(types.integer) NOT NULL PRIMARY KEY,
                name \(types.text) NOT NULL,
                applied_at \(types.integer) NOT NULL
            \(types.end)
            """
        return engine == .postgreSQL ? "\(applied); \(PostgreSQLConnection.marks)" : applied
    }

    /// The steps that are missing, also such as were made beside later ones; `StorageError.newerDatabase` if the
    /// database is ahead of this version and has no room for it any more.
    func pending(_ sql: any StatementRunner) throws -> [Migration] {
        let applied = try AppliedSchema(sql)
        guard applied.hasRoom(forProgramOf: newest) else {
            throw StorageError.newerDatabase(found: applied.newest, known: newest)
        }
        return migrations.filter { !applied.numbers.contains($0.number) }
    }

    /// The schema of a newer version that migrated the database; `nil` if there was none.
    func newerSchema(_ sql: any StatementRunner) throws -> Int? {
        let found = try AppliedSchema(sql).newest
        return found > newest ? found : nil
    }

    /// Refuses a database that holds a part of an installation only.
    func demandWhole(_ sql: any StatementRunner) throws {
        guard migrations.contains(where: { $0.number == Migration.upgradesAndMoves.number }) else { return }
        if try sql.number("SELECT count(*) FROM data_move") > 0 { throw StorageError.unfinishedMove }
    }

    /// Notes a step; in the same transaction as its statements.
    func note(_ migration: Migration, now: Date, _ sql: any StatementRunner) throws {
        try sql.run(
            """
            INSERT INTO schema_migration (number, name, applied_at)
            VALUES (\(migration.number), \(migration.name), \(now))
            """)
        if let oldest = migration.oldestProgram {
            try sql.run(
                "INSERT INTO schema_floor (number, oldest_program) VALUES (\(migration.number), \(oldest))")
        }
    }
}
