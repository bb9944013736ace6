import Deliveries

/// Runs statements on a connection, for the time of one body.
final class PostgreSQLRunner: StatementRunner {
    let engine = Engine.postgreSQL
    /// The first failure; PostgreSQL refuses whatever else the transaction asks after it.
    private(set) var failure: PostgreSQLFailure?
    /// Whether a statement went out without anybody waiting for its answer.
    private(set) var hasPostponed = false
    private let postpones: Bool
    private var connection: PostgreSQLConnection?

    /// - Parameters:
    ///   - connection: what statements run on.
    ///   - postpones: whether those whose outcome nobody looks at go out with the next one that is waited for. A failure
    ///     of theirs then shows late.
    init(_ connection: PostgreSQLConnection, postpones: Bool = false) {
        self.connection = connection
        self.postpones = postpones
    }

    /// Ends the body's time: a transaction that was kept longer is refused instead of touching somebody else's.
    func end() {
        connection = nil
    }

    func rows(_ statement: Statement, at site: CallSite) throws -> [[SQLValue]] {
        try perform(statement) { try $0.execute($1, $2).rows }
    }

    func touched(_ statement: Statement, at site: CallSite) throws -> Int {
        try perform(statement) { try $0.execute($1, $2).touched }
    }

    func run(_ statement: Statement, at site: CallSite) throws {
        guard postpones else { return _ = try touched(statement, at: site) }
        hasPostponed = true
        try perform(statement) { try $0.postpone($1, $2) }
    }

    private func perform<Result>(
        _ statement: Statement, _ execute: (PostgreSQLConnection, String, [SQLValue]) throws -> Result
    ) throws -> Result {
        guard let connection else {
            throw DeliveriesError(.trouble, detail: "a transaction was used after its body had ended")
        }
        let (text, values) = statement.rendered(for: engine)
        do {
            return try execute(connection, text, values)
        } catch let error as PostgreSQLFailure {
            if failure == nil { failure = error }
            throw error.translated
        }
    }
}
