import Deliveries
import FileVault
import Foundation
import GRDB

/// A table that is moved, as the migrations make it.
struct MovedTable: Equatable {
    /// What belongs to a database rather than to the installation in it.
    static let bookkeeping: Set<String> = ["schema_migration", "schema_floor", "data_move"]

    let name: String
    let columns: [String]
    /// The columns of the primary key; empty for a table without one.
    let key: [String]
    /// The tables that its rows refer to.
    let references: Set<String>
    /// The rows that the migrations put into it.
    let seeds: [[SQLValue]]

    /// All rows in the same order on every engine: by the key, or by everything.
    var selection: String {
        let order = key.isEmpty ? columns : key
        return "SELECT \(Self.list(columns)) FROM \"\(name)\" ORDER BY "
            + order.map { "\"\($0)\" NULLS FIRST" }.joined(separator: ", ")
    }

    /// What puts rows into it.
    func insertion(of rows: [[SQLValue]]) -> Statement {
        var pieces: [Statement.Piece] = [.text("INSERT INTO \"\(name)\" (\(Self.list(columns))) VALUES ")]
        for (number, row) in rows.enumerated() {
            pieces.append(.text(number == 0 ? "(" : ", ("))
            for (place, value) in row.enumerated() {
                pieces += place == 0 ? [.value(value)] : [.text(", "), .value(value)]
            }
            pieces.append(.text(")"))
        }
        return Statement(pieces: pieces)
    }

    private static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }

    /// All tables of this version, those that others refer to first; read from a schema that is made for it, so that none
    /// is forgotten.
    static func all(migrations: [Migration] = Migration.all) throws -> [MovedTable] {
        let queue = try DatabaseQueue()
        return try queue.writeWithoutTransaction { database in
            for migration in migrations {
                for statement in migration.statements(.sqlite) { try database.execute(sql: statement) }
            }
            let names = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
            let tables = try names.filter { !bookkeeping.contains($0) }.map { try table($0, in: database) }
            return try inOrder(tables)
        }
    }

    private static func table(_ name: String, in database: GRDB.Database) throws -> MovedTable {
        let rows = try Row.fetchAll(database, sql: "PRAGMA table_info(\"\(name)\")")
        let columns: [(name: String, place: Int)] = rows.map { ($0["name"], $0["pk"]) }
        let keyed = columns.filter { $0.place > 0 }.sorted { $0.place < $1.place }
        let references = try Row.fetchAll(database, sql: "PRAGMA foreign_key_list(\"\(name)\")").map { row in
            row["table"] as String
        }
        let bare = MovedTable(
            name: name, columns: columns.map(\.name), key: keyed.map(\.name), references: Set(references), seeds: [])
        var seeds: [[SQLValue]] = []
        try SQLiteMoveSession(database).stream(bare.selection) { seeds.append($0) }
        return MovedTable(
            name: name, columns: bare.columns, key: bare.key, references: bare.references, seeds: seeds)
    }

    private static func inOrder(_ tables: [MovedTable]) throws -> [MovedTable] {
        var (waiting, placed) = (tables, [MovedTable]())
        while !waiting.isEmpty {
            let known = Set(placed.map(\.name))
            let next = waiting.filter { $0.references.isSubset(of: known) }
            guard !next.isEmpty else { throw MoveError.circle }
            placed += next
            waiting.removeAll { table in next.contains { $0.name == table.name } }
        }
        return placed
    }
}

/// The content of a table, row by row in its order: two tables with the same rows have the same, whatever engine keeps
/// them.
struct TableContent: Equatable {
    private(set) var rows = 0
    /// The SHA-256 over the one before and the next row, each value with its kind and length in front.
    private(set) var digest = ContentDigest(of: Data())

    mutating func add(_ row: [SQLValue]) {
        rows += 1
        var octets = digest.data
        for value in row {
            switch value {
            case .null: octets.append(0)
            case .integer(let number): Self.append(1, withUnsafeBytes(of: number.bigEndian) { Data($0) }, to: &octets)
            case .text(let text): Self.append(2, Data(text.utf8), to: &octets)
            case .blob(let data): Self.append(3, data, to: &octets)
            }
        }
        digest = ContentDigest(of: octets)
    }

    private static func append(_ kind: UInt8, _ value: Data, to octets: inout Data) {
        octets.append(kind)
        withUnsafeBytes(of: UInt64(value.count).bigEndian) { octets.append(contentsOf: $0) }
        octets.append(value)
    }
}
