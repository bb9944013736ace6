import GRDB

/// What tests look at from inside.
extension SQLiteDatabase {
    /// The writer's setting of that name.
    func pragma(_ name: String) async throws -> String? {
        try await pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Lets the file grow by so many pages and no more, like a disk that is full then.
    func limitPages(growth: Int) async throws {
        try await pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages + growth)")
        }
    }

    /// Each table and index with the statement that made it.
    func schema() async throws -> [String: String] {
        try await readConnection { database, _ in
            let rows = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
            return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
        }
    }

    /// The numbers of the migrations that were applied.
    func appliedMigrations() async throws -> [Int] {
        try await readConnection { database, _ in
            try Int.fetchAll(database, sql: "SELECT number FROM schema_migration ORDER BY number")
        }
    }

    /// Whether the database refuses a statement; it is not executed for good.
    func refuses(_ text: String) async throws -> Bool {
        try await pool.writeWithoutTransaction { database in
            var isRefused = false
            try database.inTransaction {
                do {
                    try database.execute(sql: text)
                } catch is DatabaseError {
                    isRefused = true
                }
                return .rollback
            }
            return isRefused
        }
    }

    /// How SQLite would find the rows of a statement in PostgreSQL's form.
    func plan(of statement: String) async throws -> [String] {
        let text = String(statement.map { $0 == "$" ? "?" : $0 })
        return try await readConnection { database, _ in
            let explained = try database.makeStatement(sql: "EXPLAIN QUERY PLAN \(text)")
            explained.setUncheckedArguments(StatementArguments())
            return try Row.fetchAll(explained).map { $0["detail"] }
        }
    }
}
