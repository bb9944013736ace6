import CLibPQ
import Deliveries
import Foundation

/// One connection of libpq. Its calls block; whoever has it uses it on one thread.
final class PostgreSQLConnection {
    /// How many statements stay prepared; more than the stores have.
    private static let mostPrepared = 1_000

    private let handle: OpaquePointer
    private var prepared: [String: String] = [:]

    /// Connects; TLS and the way to sign in are as the URL and libpq's own settings say.
    ///
    /// - Throws: `PostgreSQLFailure`.
    init(url: String) throws {
        guard Self.isWellFormed(url) else {
            throw PostgreSQLFailure(state: "", message: "the address is no valid postgresql:// URL", isLost: false)
        }
        // What stands before dbname is a default that the URL may replace.
        let settings = [
            ("fallback_application_name", "depesche"), ("connect_timeout", "5"), ("keepalives_idle", "30"),
            ("tcp_user_timeout", "30000"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let keywords = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { for copy in keywords + values { free(copy) } }
        let connected = PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        guard let connected else {
            throw PostgreSQLFailure(state: "53200", message: "out of memory", isLost: true)
        }
        handle = connected
        guard PQstatus(handle) == CONNECTION_OK else {
            // libpq names host, port and account, never the password.
            throw PostgreSQLFailure(state: "", message: Self.words(PQerrorMessage(handle)), isLost: true)
        }
        // Notices would go to standard error.
        _ = PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try command(
            """
            SET standard_conforming_strings = on; SET statement_timeout = '30s'; SET lock_timeout = '10s';
            SET idle_in_transaction_session_timeout = '60s'
            """)
    }

    deinit {
        PQfinish(handle)
    }

    /// Whether it was not seen to be lost.
    var isUsable: Bool { PQstatus(handle) == CONNECTION_OK }

    /// Runs text of our own without values; of several statements, all.
    func command(_ text: String) throws {
        let result = PQexec(handle, text)
        defer { PQclear(result) }
        try check(result)
    }

    /// Runs a statement that is prepared once per connection; its rows, and how many it touched.
    func execute(_ text: String, _ values: [SQLValue]) throws -> (rows: [[SQLValue]], touched: Int) {
        let name = try prepare(text)
        let bound = try PostgreSQLParameters(values)
        let result = bound.withPointers { pointers, lengths, formats in
            PQexecPrepared(handle, name, Int32(values.count), pointers, lengths, formats, 0)
        }
        defer { PQclear(result) }
        try check(result)
        guard let result else { return ([], 0) }
        let columns = 0..<PQnfields(result)
        let rows = try (0..<PQntuples(result)).map { row in
            try columns.map { try Self.value(of: result, row, $0) }
        }
        return (rows, Int(Self.words(PQcmdTuples(result))) ?? 0)
    }

    private func prepare(_ text: String) throws -> String {
        if let name = prepared[text] { return name }
        if prepared.count >= Self.mostPrepared {
            try command("DEALLOCATE ALL")
            prepared = [:]
        }
        let name = "s\(prepared.count)"
        let result = PQprepare(handle, name, text, 0, nil)
        defer { PQclear(result) }
        try check(result)
        prepared[text] = name
        return name
    }

    private func check(_ result: OpaquePointer?) throws {
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY { return }
        let state = Self.field("C", of: result) ?? ""
        // The primary message of a wrong value (22…) or a broken rule (23…) may repeat the value.
        let message =
            switch state.prefix(2) {
            case "22": "a value does not fit"
            case "23": "\(Self.field("t", of: result) ?? "") \(Self.field("n", of: result) ?? "")"
            default: Self.field("M", of: result) ?? Self.words(PQerrorMessage(handle))
            }
        let isLost = !isUsable || ["57P01", "57P02", "57P03"].contains(state) || state.hasPrefix("08")
        throw PostgreSQLFailure(state: state, message: message, isLost: isLost)
    }

    private static func field(_ code: Unicode.Scalar, of result: OpaquePointer?) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { words($0) }
    }

    private static func words(_ text: UnsafePointer<CChar>?) -> String {
        text.map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
    }

    /// libpq's own words about a malformed URL would repeat parts of it, such as the password.
    private static func isWellFormed(_ url: String) -> Bool {
        var words: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(url, &words)
        defer {
            PQconninfoFree(options)
            PQfreemem(words)
        }
        return options != nil
    }

    private static func value(of result: OpaquePointer, _ row: Int32, _ column: Int32) throws -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
        let length = Int(PQgetlength(result, row, column))
        // The numbers of types in pg_type, which never change.
        switch PQftype(result, column) {
        case 16: return .integer(start.pointee == CChar(bitPattern: UInt8(ascii: "t")) ? 1 : 0)
        case 17:
            var count = 0
            guard let octets = PQunescapeBytea(UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), &count)
            else { throw DeliveriesError(.trouble, detail: "stored octets cannot be read") }
            defer { PQfreemem(octets) }
            return .blob(Data(bytes: octets, count: count))
        // int8, int2, int4, and numeric, which a sum of int8 is.
        case 20, 21, 23, 1700:
            guard let number = Int64(String(cString: start)) else {
                throw DeliveriesError(.trouble, detail: "a stored number is no whole one")
            }
            return .integer(number)
        default:
            return .text(String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self))
        }
    }
}
