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

    /// The table of what was applied; made before anything else.
    static func bookkeeping(_ engine: Engine) -> String {
        let types = ColumnTypes(engine: engine)
        return """
            CREATE TABLE IF NOT EXISTS schema_migration (
                number \(types.integer) NOT NULL PRIMARY KEY,
                name \(types.text) NOT NULL,
                applied_at \(types.integer) NOT NULL
            \(types.end)
            """
    }

    /// The steps that are missing, also such as were made beside later ones; `StorageError.newerDatabase` if the
    /// database is ahead of this version.
    func pending(_ sql: any StatementRunner) throws -> [Migration] {
        let applied = Set(try sql.all("SELECT number FROM schema_migration") { try $0.count() })
        let last = applied.max() ?? 0
        guard last <= newest else { throw StorageError.newerDatabase(found: last, known: newest) }
        return migrations.filter { !applied.contains($0.number) }
    }

    /// Notes a step; in the same transaction as its statements.
    func note(_ migration: Migration, now: Date, _ sql: any StatementRunner) throws {
        try sql.run(
            """
            INSERT INTO schema_migration (number, name, applied_at)
            VALUES (\(migration.number), \(migration.name), \(now))
            """)
    }
}
