import Deliveries

/// Runs statements on a connection, for the time of one body.
final class PostgreSQLRunner: StatementRunner {
    let engine = Engine.postgreSQL
    /// The first failure; PostgreSQL refuses whatever else the transaction asks after it.
    private(set) var failure: PostgreSQLFailure?
    private var connection: PostgreSQLConnection?

    init(_ connection: PostgreSQLConnection) {
        self.connection = connection
    }

    /// Ends the body's time: a transaction that was kept longer is refused instead of touching somebody else's.
    func end() {
        connection = nil
    }

    func rows(_ statement: Statement, at site: CallSite) throws -> [[SQLValue]] {
        try execute(statement).rows
    }

    func run(_ statement: Statement, at site: CallSite) throws -> Int {
        try execute(statement).touched
    }

    private func execute(_ statement: Statement) throws -> (rows: [[SQLValue]], touched: Int) {
        guard let connection else {
            throw DeliveriesError(.trouble, detail: "a transaction was used after its body had ended")
        }
        let (text, values) = statement.rendered(for: engine)
        do {
            return try connection.execute(text, values)
        } catch let error as PostgreSQLFailure {
            if failure == nil { failure = error }
            throw error.translated
        }
    }
}
