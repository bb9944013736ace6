import FileVault
public import Foundation

/// Moves the whole content of a database into an empty one, of the same engine or another.
///
/// The source is read in one transaction and not changed. Until all of it is there, the target carries a mark that keeps
/// servers from starting on it; a move that was interrupted begins anew.
public struct DataMove: Sendable {
    /// What became of a table.
    public struct Table: Sendable, Equatable, Encodable {
        /// Its name.
        public let name: String
        /// How many rows it has.
        public let rows: Int
        /// The SHA-256 of its content, 64 hexadecimal digits, the same on both sides.
        public let sha256: String
    }

    /// How far it is.
    public struct Progress: Sendable, Equatable {
        /// The table that is copied, or compared.
        public let table: String
        /// How many rows of it were copied.
        public let rows: Int
        /// How many tables are done.
        public let done: Int
        /// How many there are.
        public let tables: Int
    }

    /// Rows that go in one statement.
    private static let rowsAtOnce = 100
    /// Octets that wait for it at the most, but for a single row that is larger.
    private static let octetsAtOnce = 4 << 20
    /// Statements in a transaction.
    private static let statementsAtOnce = 50

    let source: DatabasePlace
    let target: DatabasePlace
    /// The setting with the fingerprint of the installation's key.
    let identity: String

    /// Describes a move.
    ///
    /// - Parameters:
    ///   - source: the installation.
    ///   - target: the empty database.
    ///   - identity: the setting with the fingerprint of the installation's key, by which a move that was interrupted is
    ///     known again.
    public init(from source: DatabasePlace, to target: DatabasePlace, identity: String) {
        self.source = source
        self.target = target
        self.identity = identity
    }

    /// Carries the move out.
    ///
    /// - Parameters:
    ///   - now: the clock, for the record of migrations.
    ///   - approve: is told the fingerprint of the installation's key before anything is written; may refuse.
    ///   - files: copies the files, once the target is marked and no server can start on either end.
    ///   - progress: is told how far it is; what it throws interrupts the move.
    /// - Returns: all tables, in the order in which they were copied.
    /// - Throws: ``MoveError``, ``StorageError``, `DeliveriesError`, and what the parameters throw.
    public func run(
        now: @escaping @Sendable () -> Date, approve: @escaping @Sendable (String) throws -> Void,
        files: () async throws -> Void, progress: @escaping @Sendable (Progress) throws -> Void
    ) async throws -> [Table] {
        guard source != target else { throw MoveError.samePlace }
        let thread = SerialThread("depesche.move")
        let locks = try await thread.run { [source, target] in
            let first = try source.hold(isSource: true)
            return (first, try target.hold(isSource: false))
        }
        defer {
            locks.0?.release()
            locks.1?.release()
        }
        try await thread.run { try prepare(now: now, approve: approve) }
        try await files()
        return try await thread.run { try copy(now: now, progress: progress) }
    }

    /// Makes sure of both ends, and marks the target.
    private func prepare(now: () -> Date, approve: (String) throws -> Void) throws {
        let origin = try source.reading { try demandMovable($0) }
        try approve(origin)
        try target.writing(now: now) { session in
            let marks = try session.runner.all("SELECT source FROM data_move") { try $0.text() }
            if marks == [origin] { return }
            guard marks.isEmpty else { throw MoveError.otherMove(target) }
            for table in try MovedTable.all() {
                var rows: [[SQLValue]] = []
                try session.stream(table.selection + " LIMIT \(table.seeds.count + 1)") { rows.append($0) }
                guard rows == table.seeds else { throw MoveError.taken(target) }
            }
            try session.runner.run("INSERT INTO data_move (source, started_at) VALUES (\(origin), \(now()))")
        }
    }

    /// The fingerprint of the key that a complete installation of this schema was made with.
    private func demandMovable(_ session: any MoveSession) throws -> String {
        let applied = try AppliedSchema(session.runner)
        guard applied.numbers == Migration.all.map(\.number) else {
            throw MoveError.otherSchema(source, found: applied.newest, known: Migrator().newest)
        }
        guard try session.runner.number("SELECT count(*) FROM data_move") == 0 else { throw MoveError.unfinishedSource }
        let found = try session.runner.first("SELECT value FROM setting WHERE name = \(identity)") { try $0.text() }
        guard let found else { throw MoveError.noInstallation(source) }
        return found
    }

    private func copy(now: () -> Date, progress: (Progress) throws -> Void) throws -> [Table] {
        let tables = try MovedTable.all()
        return try source.reading { from in
            try target.writing(now: now) { to in
                // What an interrupted move left goes, and what the migrations put in.
                try to.transaction {
                    for table in tables.reversed() { try to.command("DELETE FROM \"\(table.name)\"") }
                }
                let copied = try from.transaction(from.beginReading) {
                    let origin = try demandMovable(from)
                    guard try to.runner.all("SELECT source FROM data_move", { try $0.text() }) == [origin] else {
                        throw MoveError.otherMove(target)
                    }
                    return try tables.enumerated().map { place, table in
                        try copy(table, from: from, to: to) { rows in
                            try progress(Progress(table: table.name, rows: rows, done: place, tables: tables.count))
                        }
                    }
                }
                return try to.transaction(to.runner.engine == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN") {
                    for (table, content) in zip(tables, copied) {
                        var there = TableContent()
                        try to.stream(table.selection) { there.add($0) }
                        guard there == content else { throw MoveError.differs(table: table.name) }
                    }
                    try to.command("DELETE FROM data_move")
                    return zip(tables, copied).map { table, content in
                        Table(name: table.name, rows: content.rows, sha256: content.digest.hex)
                    }
                }
            }
        }
    }

    /// Copies a table; the content that was read.
    private func copy(
        _ table: MovedTable, from: any MoveSession, to: any MoveSession, progress: (Int) throws -> Void
    ) throws -> TableContent {
        var content = TableContent()
        var (rows, octets, statements) = ([[SQLValue]](), 0, 0)
        func flush() throws {
            if rows.isEmpty { return }
            try to.runner.run(table.insertion(of: rows))
            (rows, octets, statements) = ([], 0, statements + 1)
            if statements.isMultiple(of: Self.statementsAtOnce) {
                try to.command("COMMIT")
                try to.command("BEGIN")
            }
            try progress(content.rows)
        }
        try progress(0)
        try to.transaction {
            try from.stream(table.selection) { row in
                content.add(row)
                rows.append(row)
                octets += row.reduce(0) { $0 + $1.octets }
                if rows.count >= Self.rowsAtOnce || octets >= Self.octetsAtOnce { try flush() }
            }
            try flush()
        }
        return content
    }
}

extension SQLValue {
    /// How much it takes, about.
    fileprivate var octets: Int {
        switch self {
        case .null: 1
        case .integer: 8
        case .text(let text): text.utf8.count
        case .blob(let data): data.count
        }
    }
}
