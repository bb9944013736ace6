import GRDB

/// A connection of a move, used on one thread.
protocol MoveSession {
    /// Runs statements with values.
    var runner: any StatementRunner { get }
    /// What begins a transaction that reads and sees nothing of what others write.
    var beginReading: String { get }

    /// Runs text of our own.
    func command(_ text: String) throws

    /// Runs a query and gives its rows one by one, without keeping them.
    func stream(_ query: String, _ row: ([SQLValue]) throws -> Void) throws
}

extension MoveSession {
    /// Runs a body in a transaction; what it throws undoes all of it.
    func transaction<Result>(_ begin: String = "BEGIN", _ body: () throws -> Result) throws -> Result {
        try command(begin)
        do {
            let result = try body()
            try command("COMMIT")
            return result
        } catch {
            // Of a connection that is lost nothing stays either.
            try? command("ROLLBACK")
            throw error
        }
    }
}

/// On a SQLite file.
struct SQLiteMoveSession: MoveSession {
    let database: GRDB.Database
    let connection: SQLiteConnection
    let beginReading = "BEGIN"

    var runner: any StatementRunner { connection }

    init(_ database: GRDB.Database) {
        self.database = database
        connection = SQLiteConnection(database)
    }

    func command(_ text: String) throws {
        do {
            try database.execute(sql: text)
        } catch let error as DatabaseError {
            throw error.translated
        }
    }

    func stream(_ query: String, _ row: ([SQLValue]) throws -> Void) throws {
        try connection.stream(Statement(stringLiteral: query), row)
    }
}

/// On a PostgreSQL server.
struct PostgreSQLMoveSession: MoveSession {
    let connection: PostgreSQLConnection
    private let postgreSQLRunner: PostgreSQLRunner
    let beginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    var runner: any StatementRunner { postgreSQLRunner }

    init(_ connection: PostgreSQLConnection) {
        self.connection = connection
        postgreSQLRunner = PostgreSQLRunner(connection)
    }

    func command(_ text: String) throws { try connection.command(text) }

    func stream(_ query: String, _ row: ([SQLValue]) throws -> Void) throws {
        try connection.stream(query, row)
    }
}
