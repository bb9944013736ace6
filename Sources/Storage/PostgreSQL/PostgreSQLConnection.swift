import CLibPQ
import Deliveries
import Foundation

/// One connection to the server. Its calls block; whoever has it uses it on one thread.
package final class PostgreSQLConnection {
    /// How many statements stay prepared; more than the stores have.
    private static let mostPrepared = 1_000
    /// How many requests wait at most for one that is waited for, and octets of their values.
    private static let mostUnsent = (requests: 100, octets: 1 << 20)
    /// The oldest server, as libpq counts versions.
    private static let oldestServer: Int32 = 150_000
    /// What holds where nobody set anything else for the account, the database or in the URL.
    private static let settings = """
        SET standard_conforming_strings = on;
        SELECT set_config(s.name, d.value, false) FROM pg_settings s JOIN (VALUES ('statement_timeout', '30s'),
        ('lock_timeout', '15s'), ('idle_in_transaction_session_timeout', '10s')) AS d (name, value) ON d.name = s.name
        WHERE s.source NOT IN ('client', 'user', 'database', 'database user');
        SELECT setting FROM pg_settings WHERE name = 'statement_timeout'
        """

    let wire: PostgreSQLWire
    private var prepared: [String: String] = [:]
    /// Names of statements that are parsed on the way of what is unsent.
    private var unconfirmed: [String: String] = [:]
    /// Some names may be taken at the server that are not known here.
    private var isUnsure = false
    private var names = 0
    /// What goes out with the next request that is waited for.
    private var unsent: [PostgreSQLWire.Request] = []
    private var unsentOctets = 0
    /// Whether the transaction's beginning is among it.
    private var isUnbegun = false
    private var hasWritten = false

    /// Connects; TLS and the way to sign in are as the URL and libpq's own settings say.
    ///
    /// - Parameters:
    ///   - url: `postgresql://…`.
    ///   - stop: ends all waiting. With one, answers may take little longer than the longest statement; without, as long
    ///     as they want.
    /// - Throws: `PostgreSQLFailure`.
    init(url: String, stop: StopSign?) throws {
        wire = PostgreSQLWire(try Self.connect(url), stop: stop)
        guard let answer = try wire.run(Self.settings),
            case .text(let setting) = try Self.value(of: answer.result, 0, 0),
            let longest = Double(setting)
        else { return }
        // Zero: the operator wants no end. Above, the server ends a statement itself, if it is alive.
        if stop != nil, longest > 0 { wire.patience = longest / 1000 * 1.25 + 1 }
    }

    /// Connects, and waits as long as the server wants.
    ///
    /// - Throws: `PostgreSQLFailure`.
    package convenience init(url: String) throws { try self.init(url: url, stop: nil) }

    private static func connect(_ url: String) throws -> OpaquePointer {
        guard isWellFormed(url) else {
            throw PostgreSQLFailure(state: "", message: "the address is no valid postgresql:// URL", isLost: false)
        }
        // What stands before dbname is a default that the URL may replace. Of several hosts, the one that takes writes.
        let settings = [
            ("fallback_application_name", "depesche"), ("connect_timeout", "5"), ("keepalives_idle", "30"),
            ("keepalives_interval", "10"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
            ("target_session_attrs", "read-write"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let keywords = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { for copy in keywords + values { free(copy) } }
        let connected = PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        guard let connected else {
            throw PostgreSQLFailure(state: "53200", message: "out of memory", isLost: true)
        }
        do {
            guard PQstatus(connected) == CONNECTION_OK else {
                // libpq names host, port and account, never the password.
                throw PostgreSQLFailure(
                    state: "", message: PostgreSQLWire.words(PQerrorMessage(connected)), isLost: true)
            }
            guard PQserverVersion(connected) >= oldestServer else {
                let version = PostgreSQLWire.words(PQparameterStatus(connected, "server_version"))
                throw PostgreSQLFailure(
                    state: "", message: "the server is PostgreSQL \(version); 15 is the oldest that works",
                    isLost: true)
            }
            let encoding = PostgreSQLWire.words(PQparameterStatus(connected, "server_encoding"))
            guard encoding == "UTF8" else {
                throw PostgreSQLFailure(
                    state: "", message: "the database's encoding is \(encoding), and must be UTF8", isLost: true)
            }
        } catch {
            PQfinish(connected)
            throw error
        }
        return connected
    }

    /// Whether it was not seen to be lost.
    var isUsable: Bool { wire.isUsable }

    /// Looks, without asking the server, whether the other end hung up meanwhile.
    func isStillOpen() -> Bool { wire.isStillOpen() }

    /// Runs text of our own without values; of several statements, all.
    package func command(_ text: String) throws {
        try wire.run(text)
    }

    /// Runs a statement that is prepared once per connection; its rows, and how many it touched.
    func execute(_ text: String, _ values: [SQLValue]) throws -> (rows: [[SQLValue]], touched: Int) {
        let answer = try run(requests(for: text, try PostgreSQLParameters(values)))
        guard let answer else { return ([], 0) }
        // A query with WITH may write and still call itself a SELECT.
        if answer.tag.hasPrefix("SELECT") ? !text.hasPrefix("SELECT") : answer.touched > 0 { hasWritten = true }
        return (try Self.rows(of: answer.result), answer.touched)
    }

    /// Runs a statement, of which nobody wants to know more than that the transaction fails with it, along with the next
    /// one that is waited for: it costs no round trip.
    func postpone(_ text: String, _ values: [SQLValue]) throws {
        let parameters = try PostgreSQLParameters(values)
        unsent += requests(for: text, parameters)
        unsentOctets += parameters.size
        hasWritten = true
        if unsent.count >= Self.mostUnsent.requests || unsentOctets >= Self.mostUnsent.octets { _ = try run([]) }
    }

    /// Runs a query without values and gives its rows one by one as they come, without keeping them. Where `row` throws,
    /// the connection is of no further use.
    func stream(_ text: String, _ row: ([SQLValue]) throws -> Void) throws {
        try wire.stream(text) { answer in
            for values in try Self.rows(of: answer.result) { try row(values) }
        }
    }

    private static func rows(of result: OpaquePointer) throws -> [[SQLValue]] {
        let columns = 0..<PQnfields(result)
        return try (0..<PQntuples(result)).map { row in try columns.map { try value(of: result, row, $0) } }
    }

    /// How a statement is run that is prepared once.
    private func requests(for text: String, _ parameters: PostgreSQLParameters) -> [PostgreSQLWire.Request] {
        if let name = prepared[text] ?? unconfirmed[text] { return [.prepared(name: name, parameters)] }
        names += 1
        let name = "s\(names)"
        unconfirmed[text] = name
        return [.prepare(name: name, text: text), .prepared(name: name, parameters)]
    }

    /// Sends requests behind all that is unsent; the answer to the last one.
    private func run(_ requests: [PostgreSQLWire.Request]) throws -> PostgreSQLWire.Answer? {
        let all = unsent + requests
        (unsent, unsentOctets, isUnbegun) = ([], 0, false)
        let new = unconfirmed
        unconfirmed = [:]
        do {
            let answer = try wire.run(all)
            prepared.merge(new) { first, _ in first }
            return answer
        } catch {
            isUnsure = isUnsure || !new.isEmpty
            throw error
        }
    }

    private static func isWellFormed(_ url: String) -> Bool {
        // libpq's own words about a malformed URL would repeat parts of it, such as the password.
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

/// Transactions.
extension PostgreSQLConnection {
    /// What commits leave, so that it can be found out later whether they happened, and what writers take turns at.
    static let marks = """
        CREATE TABLE IF NOT EXISTS commit_mark (
            id BYTEA NOT NULL PRIMARY KEY,
            is_kept BOOLEAN NOT NULL,
            at TIMESTAMPTZ NOT NULL DEFAULT now()
        );
        CREATE TABLE IF NOT EXISTS write_turn ()
        """
    /// A commit that waits for a standby must not be cut short: it would count as one that the standby has.
    private static let patientCommit = "SET LOCAL statement_timeout = 0"

    /// One transaction writes at a time, whichever node it is of: what it sees is what nobody else changes. The snapshot is
    /// taken after the lock, by the first statement that follows; readers are not kept out.
    private static let writersTurn = [
        "BEGIN ISOLATION LEVEL REPEATABLE READ", "LOCK TABLE write_turn IN EXCLUSIVE MODE",
    ]
    private static let insertMark = "INSERT INTO commit_mark (id, is_kept) VALUES ($1, true)"
    private static let end = PostgreSQLWire.Request.text("COMMIT")

    /// Begins a transaction; the server is told with its first statement.
    func begin(isReading: Bool) throws {
        if prepared.count >= Self.mostPrepared { try forgetPrepared() }
        begin(isReading ? ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"] : Self.writersTurn)
    }

    private func begin(_ texts: [String]) {
        unsent = texts.map { .text($0) }
        isUnbegun = true
        hasWritten = false
    }

    /// Whether the transaction has changed anything.
    var isCommitWorthKnowing: Bool { hasWritten }

    /// Ends a transaction that only read. Nobody needs to wait for that.
    func endReading() throws {
        if endUnbegun() { return }
        try wire.post("COMMIT")
    }

    /// Commits.
    ///
    /// - Parameter mark: what it is known by afterwards, unique; for one that has changed nothing, `nil`.
    func commit(mark: Data?) throws {
        if endUnbegun() { return }
        let marking = try mark.map { mark in
            [.text(Self.patientCommit)] + requests(for: Self.insertMark, try PostgreSQLParameters([.blob(mark)]))
        }
        let answer = try run((marking ?? []) + [Self.end])
        guard answer?.tag == "COMMIT" else {
            throw PostgreSQLFailure(state: "25P02", message: "the server rolled a transaction back", isLost: false)
        }
    }

    /// Whether the transaction with a mark was committed. If it was not, it never will be afterwards, even if it is still
    /// under way somewhere: its mark is taken.
    func wasCommitted(_ mark: Data) throws -> Bool {
        begin(["BEGIN ISOLATION LEVEL READ COMMITTED"])
        // Waits for a transaction with this mark that is under way.
        _ = try execute(
            "INSERT INTO commit_mark (id, is_kept) VALUES ($1, false) ON CONFLICT DO NOTHING", [.blob(mark)])
        let found = try execute("SELECT is_kept FROM commit_mark WHERE id = $1", [.blob(mark)]).rows
        _ = try wire.run([.text(Self.patientCommit), Self.end])
        return found == [[.integer(1)]]
    }

    /// Takes away the marks that nobody can ask for any more.
    func sweepMarks() throws {
        try wire.run(
            """
            BEGIN ISOLATION LEVEL READ COMMITTED;
            DELETE FROM commit_mark WHERE at < now() - interval '1 hour'; COMMIT
            """)
    }

    /// Undoes the transaction.
    func rollBack() throws {
        let isUnbegun = isUnbegun
        forgetUnsent()
        if !isUnbegun { try wire.run("ROLLBACK") }
        if isUnsure { try forgetPrepared() }
    }

    /// Whether there was no transaction yet, and nothing that it would have done.
    private func endUnbegun() -> Bool {
        guard isUnbegun, !hasWritten else { return false }
        forgetUnsent()
        return true
    }

    private func forgetUnsent() {
        (unsent, unsentOctets, isUnbegun) = ([], 0, false)
        unconfirmed = [:]
    }

    private func forgetPrepared() throws {
        try wire.run("DEALLOCATE ALL")
        prepared = [:]
        isUnsure = false
    }
}
