import Deliveries
import Foundation
import GRDB

/// Runs statements on GRDB's connection, for the time of one body.
final class SQLiteConnection: StatementRunner {
    let engine = Engine.sqlite
    private var database: GRDB.Database?
    private let recorder: StatementRecorder?

    init(_ database: GRDB.Database, recorder: StatementRecorder? = nil) {
        self.database = database
        self.recorder = recorder
    }

    /// Ends the body's time: a transaction that was kept longer is refused instead of touching somebody else's.
    func end() {
        database = nil
    }

    func rows(_ statement: Statement, at site: CallSite) throws -> [[SQLValue]] {
        try translating {
            let prepared = try prepare(statement, at: site)
            let cursor = try Row.fetchCursor(prepared)
            var rows: [[SQLValue]] = []
            while let row = try cursor.next() {
                rows.append(try row.databaseValues.map(Self.value))
            }
            return rows
        }
    }

    func run(_ statement: Statement, at site: CallSite) throws -> Int {
        try translating {
            let prepared = try prepare(statement, at: site)
            try prepared.execute()
            return database?.changesCount ?? 0
        }
    }

    private func prepare(_ statement: Statement, at site: CallSite) throws -> GRDB.Statement {
        guard let database else {
            throw DeliveriesError(.trouble, detail: "a transaction was used after its body had ended")
        }
        recorder?.note(statement, at: site)
        let (text, values) = statement.rendered(for: engine)
        let prepared = try database.cachedStatement(sql: text)
        prepared.setUncheckedArguments(StatementArguments(try values.map(Self.databaseValue)))
        return prepared
    }

    private static func databaseValue(_ value: SQLValue) throws -> DatabaseValue {
        switch value {
        case .null: return .null
        case .integer(let number): return number.databaseValue
        case .blob(let data): return data.databaseValue
        case .text(let text):
            // PostgreSQL's text has no NUL, and SQLite would end the text there.
            guard !text.utf8.contains(0) else {
                throw DeliveriesError(.invalid, detail: "text with a NUL cannot be stored")
            }
            return text.databaseValue
        }
    }

    private static func value(_ value: DatabaseValue) throws -> SQLValue {
        switch value.storage {
        case .null: return .null
        case .int64(let number): return .integer(number)
        case .string(let text): return .text(text)
        case .blob(let data): return .blob(data)
        case .double: throw DeliveriesError(.trouble, detail: "a stored number is no whole one")
        }
    }

    private func translating<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as DatabaseError {
            throw error.translated
        }
    }
}

extension DatabaseError {
    /// The error that a use case sees. SQLite's message names tables and columns, never values.
    var translated: DeliveriesError {
        let detail = "SQLite \(extendedResultCode.rawValue): \(message ?? "no message")"
        switch (resultCode, extendedResultCode) {
        case (.SQLITE_FULL, _): return DeliveriesError(.diskFull, detail: detail)
        case (_, .SQLITE_CONSTRAINT_UNIQUE), (_, .SQLITE_CONSTRAINT_PRIMARYKEY), (_, .SQLITE_CONSTRAINT_ROWID):
            return DeliveriesError(.conflict, detail: detail)
        case (_, .SQLITE_CONSTRAINT_FOREIGNKEY):
            // What it belongs to is gone, or something still belongs to it.
            return DeliveriesError(.notFound, detail: detail)
        default: return DeliveriesError(.trouble, detail: detail)
        }
    }
}
