import Deliveries
import Foundation
import GRDB

/// Opens both ends of a move.
extension DatabasePlace {
    /// How often it is looked for others before they are taken for servers.
    private static let mostLooks = 20

    /// Has a body read the installation that is to be moved; nothing of it is changed.
    func reading<Result>(_ body: (any MoveSession) throws -> Result) throws -> Result {
        try named {
            switch self {
            case .sqlite(let folder):
                let file = folder.appendingPathComponent(SQLiteDatabase.fileName)
                var configuration = Configuration()
                configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON") }
                let queue = try DatabaseQueue(path: file.path, configuration: configuration)
                let result = try queue.writeWithoutTransaction { database in
                    guard try database.tableExists("schema_migration") else { throw MoveError.noInstallation(self) }
                    return try body(SQLiteMoveSession(database))
                }
                try queue.close()
                return result
            case .postgreSQL(let url):
                let session = try session(url)
                guard try PostgreSQLDatabase.hasBookkeeping(session.connection) else {
                    throw MoveError.noInstallation(self)
                }
                return try body(session)
            }
        }
    }

    /// Has a body fill the target, whose schema is this version's.
    func writing<Result>(now: () -> Date, _ body: (any MoveSession) throws -> Result) throws -> Result {
        try named {
            switch self {
            case .sqlite(let folder):
                let pool = try SQLiteDatabase.openPool(folder.appendingPathComponent(SQLiteDatabase.fileName))
                let applied = try pool.writeWithoutTransaction { database in
                    try database.tableExists("schema_migration") ? AppliedSchema(SQLiteConnection(database)) : .none
                }
                try demandEmptyOrOwn(applied)
                let time = now()
                try SQLiteDatabase.migrate(pool, migrator: Migrator(), recorder: nil, now: { time })
                let result = try pool.writeWithoutTransaction { try body(SQLiteMoveSession($0)) }
                try pool.close()
                return result
            case .postgreSQL(let url):
                let session = try session(url)
                let hasBookkeeping = try PostgreSQLDatabase.hasBookkeeping(session.connection)
                try demandEmptyOrOwn(hasBookkeeping ? try AppliedSchema(session.runner) : .none)
                // Any number that nobody else uses: two moves at once would mix.
                let isFirst = "SELECT pg_try_advisory_lock(4919131752989213765)"
                guard try session.connection.execute(isFirst, []).rows == [[.integer(1)]] else {
                    throw MoveError.inUse(self)
                }
                try PostgreSQLDatabase.migrate(session.connection, now: now)
                // Whoever starts meanwhile shall see the mark of the move at once, and say so.
                try session.command("SELECT pg_advisory_unlock_all()")
                guard try session.connection.execute(isFirst, []).rows == [[.integer(1)]] else {
                    throw MoveError.inUse(self)
                }
                return try body(session)
            }
        }
    }

    /// A schema of another version belongs to somebody.
    private func demandEmptyOrOwn(_ applied: AppliedSchema) throws {
        guard applied == .none || applied.numbers == Migration.all.map(\.number) else { throw MoveError.taken(self) }
    }

    private func session(_ url: String) throws -> PostgreSQLMoveSession {
        let session = PostgreSQLMoveSession(try PostgreSQLConnection(url: url))
        // One side waits while the other works.
        try session.command(
            "SET statement_timeout = 0; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = 0")
        for _ in 0..<Self.mostLooks where try hasOthers(session) {
            // A connection that was just closed is seen for a moment longer.
            try session.command("SELECT pg_sleep(0.1)")
        }
        guard try !hasOthers(session) else { throw MoveError.inUse(self) }
        return session
    }

    private func hasOthers(_ session: PostgreSQLMoveSession) throws -> Bool {
        try session.runner.number(
            """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND application_name = current_setting('application_name')
            """) > 0
    }

    /// Says whose failure it is.
    private func named<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PostgreSQLFailure {
            throw StorageError.unusableServer(reason: error.message)
        } catch let error as DatabaseError {
            guard case .sqlite(let folder) = self else { throw error }
            let file = folder.appendingPathComponent(SQLiteDatabase.fileName)
            throw StorageError.unusableDatabase(path: file.path, reason: error.message ?? "not a database")
        }
    }
}
