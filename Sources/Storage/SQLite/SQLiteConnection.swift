import Deliveries
import Foundation
import GRDB
import GRDBSQLite

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
        try execute(statement, at: site) { handle, database in
            var rows: [[SQLValue]] = []
            while try step(handle, of: database) {
                rows.append(try (0..<sqlite3_column_count(handle)).map { try Self.value(of: handle, $0) })
            }
            return rows
        }
    }

    func run(_ statement: Statement, at site: CallSite) throws {
        _ = try touched(statement, at: site)
    }

    func touched(_ statement: Statement, at site: CallSite) throws -> Int {
        try execute(statement, at: site) { handle, database in
            while try step(handle, of: database) {}
            return database.changesCount
        }
    }

    /// Runs a query and gives its rows one by one, without keeping them.
    func stream(
        _ statement: Statement, file: StaticString = #fileID, line: UInt = #line, _ row: ([SQLValue]) throws -> Void
    ) throws {
        try execute(statement, at: CallSite(file, line)) { handle, database in
            while try step(handle, of: database) {
                try row(try (0..<sqlite3_column_count(handle)).map { try Self.value(of: handle, $0) })
            }
        }
    }

    /// Prepares a statement, or takes the one that was prepared before, binds its values, and steps through it by
    /// SQLite's own interface: hundreds of statements make a commit, and GRDB's way of binding and reading costs several
    /// times what SQLite does.
    private func execute<Value>(
        _ statement: Statement, at site: CallSite, _ body: (OpaquePointer, GRDB.Database) throws -> Value
    ) throws -> Value {
        guard let database else {
            throw DeliveriesError(.trouble, detail: "a transaction was used after its body had ended")
        }
        recorder?.note(statement, at: site)
        let (text, values) = statement.rendered(for: engine)
        do {
            let handle = try database.cachedStatement(sql: text).sqliteStatement
            defer {
                sqlite3_reset(handle)
                sqlite3_clear_bindings(handle)
            }
            for (index, value) in values.enumerated() {
                guard try Self.bind(value, to: handle, at: Int32(index + 1)) == SQLITE_OK else {
                    throw Self.error(of: database)
                }
            }
            return try body(handle, database)
        } catch let error as DatabaseError {
            throw error.translated
        }
    }

    /// Whether there is a row.
    private func step(_ handle: OpaquePointer, of database: GRDB.Database) throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw Self.error(of: database)
        }
    }

    private static func error(of database: GRDB.Database) -> DatabaseError {
        let code = ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection))
        return DatabaseError(resultCode: code, message: database.lastErrorMessage)
    }

    private static func bind(_ value: SQLValue, to handle: OpaquePointer, at index: Int32) throws -> Int32 {
        // SQLITE_TRANSIENT: SQLite takes a copy.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .blob(let data):
            return data.withUnsafeBytes { octets in
                sqlite3_bind_blob64(handle, index, octets.baseAddress, UInt64(octets.count), copied)
            }
        case .text(let text):
            // PostgreSQL's text has no NUL, and SQLite would end the text there.
            guard !text.utf8.contains(0) else {
                throw DeliveriesError(.invalid, detail: "text with a NUL cannot be stored")
            }
            return sqlite3_bind_text(handle, index, text, Int32(clamping: text.utf8.count), copied)
        }
    }

    private static func value(of handle: OpaquePointer, _ column: Int32) throws -> SQLValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(handle, column) else { return .null }
            let octets = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
            return .text(String(decoding: octets, as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, column) else { return .blob(Data()) }
            return .blob(Data(bytes: start, count: Int(sqlite3_column_bytes(handle, column))))
        default: throw DeliveriesError(.trouble, detail: "a stored number is no whole one")
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
