/// Runs statements within one transaction.
protocol StatementRunner: AnyObject {
    var engine: Engine { get }

    /// Runs a statement that answers with rows, to its end.
    func rows(_ statement: Statement, at site: CallSite) throws -> [[SQLValue]]

    /// Runs a statement that answers with none; returns how many rows it touched.
    func touched(_ statement: Statement, at site: CallSite) throws -> Int

    /// Runs a statement that answers with none and whose outcome nobody looks at. It may go out only with the next one
    /// that is waited for, or with the commit; if it fails, so does the transaction.
    func run(_ statement: Statement, at site: CallSite) throws
}

/// Where in the source a statement is run, so that a test can tell which were never run.
struct CallSite: Hashable, Sendable {
    let file: String
    let line: Int

    init(_ file: StaticString, _ line: UInt) {
        self.file = file.description
        self.line = Int(line)
    }
}

extension StatementRunner {
    func run(_ statement: Statement, file: StaticString = #fileID, line: UInt = #line) throws {
        try run(statement, at: CallSite(file, line))
    }

    func touched(_ statement: Statement, file: StaticString = #fileID, line: UInt = #line) throws -> Int {
        try touched(statement, at: CallSite(file, line))
    }

    func all<Value>(
        _ statement: Statement, file: StaticString = #fileID, line: UInt = #line,
        _ read: (inout RowReader) throws -> Value
    ) throws -> [Value] {
        try rows(statement, at: CallSite(file, line)).map { values in
            var reader = RowReader(values)
            return try read(&reader)
        }
    }

    func first<Value>(
        _ statement: Statement, file: StaticString = #fileID, line: UInt = #line,
        _ read: (inout RowReader) throws -> Value
    ) throws -> Value? {
        guard let values = try rows(statement, at: CallSite(file, line)).first else { return nil }
        var reader = RowReader(values)
        return try read(&reader)
    }

    /// The number that the statement answers with; 0 for none.
    func number(_ statement: Statement, file: StaticString = #fileID, line: UInt = #line) throws -> Int64 {
        guard let values = try rows(statement, at: CallSite(file, line)).first else { return 0 }
        var reader = RowReader(values)
        return try reader.integerOrNil() ?? 0
    }
}
