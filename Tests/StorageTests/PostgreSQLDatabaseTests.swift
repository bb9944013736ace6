import Deliveries
import Foundation
import MailMessage
import Secrets
import Synchronization
import Testing

@testable import Storage

@Suite(
    .serialized,
    .enabled(if: PostgreSQLTestServer.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct PostgreSQLDatabaseTests {
    let sample = Sample()

    @Test func everyStatementOfTheStoresRuns() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        try await StatementTour().run(in: database)
        try await database.close()
    }

    @Test func whatIsWrittenIsThereAfterReopening() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        let account = try sample.account()
        try await database.write { try $0.accounts.insert(account) }
        try await database.close()
        await #expect(throws: StorageError.closed) { try await database.read { _ in } }
        let again = try await server.open()
        #expect(try await again.read { try $0.accounts.account(account.id) } == account)
        try await again.close()
    }

    @Test func twoThatStartAtOnceMigrateOnce() async throws {
        let server = try PostgreSQLTestServer()
        async let first = server.open(folder: server.folder.appendingPathComponent("a"))
        async let second = server.open(folder: server.folder.appendingPathComponent("b"))
        let (one, other) = try await (first, second)
        let applied = try server.connection().execute("SELECT number FROM schema_migration ORDER BY number", [])
        #expect(applied.rows == Migration.all.map { [.integer(Int64($0.number))] })
        try await one.close()
        try await other.close()
    }

    @Test func noMoreIsLeasedThanWasAskedForWhateverThePlan() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open(
            without: ["hashjoin", "mergejoin", "material", "hashagg", "sort"])
        let rows = try (1...9).map { try sample.entry(to: "r\($0)@c.example", due: 0) }
        let leased = try await database.write { transaction in
            try transaction.outbox.insert(rows)
            return try transaction.outbox.lease(now: Sample.after(1), until: Sample.after(60), limit: 2)
        }
        #expect(leased.count == 2)
        try await database.close()
    }

    @Test func valuesComeBackAsTheyWere() throws {
        let server = try PostgreSQLTestServer()
        let connection = try server.connection()
        try connection.command("CREATE TABLE kept (number BIGINT, words TEXT, octets BYTEA)")
        let octets = Data((0...255).map { UInt8($0) })
        let texts = [
            "'; DROP TABLE kept; --", "$1 ?1 \\ %", "\u{202E}\r\n\t", String(repeating: "ü", count: 100_000), "",
        ]
        for (number, text) in zip([Int64.min, -1, 0, 1, Int64.max], texts) {
            let values: [SQLValue] = [.integer(number), .text(text), .blob(octets)]
            let kept = try connection.execute("INSERT INTO kept VALUES ($1, $2, $3) RETURNING *", values)
            #expect(kept.rows == [values])
            #expect(kept.touched == 1)
        }
        let none = try connection.execute("INSERT INTO kept VALUES ($1, $2, $3) RETURNING *", [.null, .null, .null])
        #expect(none.rows == [[.null, .null, .null]])
        #expect(
            try connection.execute("SELECT count(*), sum(1::bigint), 1 = 1 FROM kept", []).rows
                == [[.integer(6), .integer(6), .integer(1)]])
        let error = #expect(throws: DeliveriesError.self) { try connection.execute("SELECT $1", [.text("b\0c")]) }
        #expect(error?.code == .invalid)
        // The schema goes with the server: it is kept until here.
        withExtendedLifetime(server) {}
    }

    @Test func textIsComparedBytewiseWhateverTheServersLanguage() async throws {
        let server = try PostgreSQLTestServer(language: "und")
        let sorted = try server.connection().execute("SELECT 1 WHERE 'b' < 'B' AND 'ä' < 'b'", []).rows
        #expect(sorted == [[.integer(1)]])
        let database = try await server.open()
        let keys = ["b", "B", "a", "aa", "a-c", "ä", "Z", "z", "_", "é"]
        try await database.write { transaction in for key in keys { try transaction.settings.set(setting(key)) } }
        let bytewise = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try await database.read { try $0.settings.all() }.map(\.key) == bytewise)
        try await StatementTour().run(in: database)
        let others = try server.connection().execute(
            """
            SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = $1 AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
            """, [.text(server.schema)]
        ).rows
        #expect(others == [])
        try await database.close()
    }

    @Test func whatFailsIsUndoneAndNamed() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        let account = try sample.account()
        try await database.write { try $0.accounts.insert(account) }
        let conflict = await #expect(throws: DeliveriesError.self) {
            try await database.write { transaction in
                try transaction.settings.set(setting("a"))
                try transaction.accounts.insert(account)
            }
        }
        #expect(conflict?.code == .conflict)
        #expect(conflict?.detail?.contains(account.email.wireForm) == false)
        let refused = await #expect(throws: DeliveriesError.self) {
            try await database.read { try $0.settings.set(setting("a")) }
        }
        #expect(refused?.code == .trouble)
        // A body that goes on after a failure is not taken for committed.
        await #expect(throws: DeliveriesError.self) {
            try await database.write { transaction in
                try transaction.settings.set(setting("a"))
                try? transaction.accounts.insert(account)
            }
        }
        #expect(try await database.read { try $0.settings.all() } == [])
        try await database.close()
    }

    @Test func writersOfSeveralNodesTakeTurns() async throws {
        let server = try PostgreSQLTestServer()
        let nodes = [
            try await server.open(folder: server.folder.appendingPathComponent("a")),
            try await server.open(folder: server.folder.appendingPathComponent("b")),
        ]
        try await nodes[0].write { try $0.settings.set(setting("n", "0")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let node = nodes[number % 2]
                group.addTask {
                    try await node.write { transaction in
                        let kept = try transaction.settings.all().first { $0.key == "n" }?.value ?? ""
                        try transaction.settings.set(setting("n", String((Int(kept) ?? 0) + 1)))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await nodes[0].read { try $0.settings.all() } == [setting("n", "200")])
        for node in nodes { try await node.close() }
    }

    @Test func nobodyFailsForAnotherOneOfTheSameCommit() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        // Holds the writers up, so that all the others wait for one commit.
        let gate = DispatchSemaphore(value: 0)
        async let first: Void = database.write { _ in
            gate.wait()
            // A body may run more than once.
            gate.signal()
        }
        let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<40 {
                group.addTask {
                    do {
                        try await database.write { transaction in
                            try transaction.settings.set(setting("k\(number)"))
                            if number % 13 == 5 { throw DeliveriesError(.notFound) }
                        }
                        return (number, true)
                    } catch let error as DeliveriesError where error.code == .notFound {
                        return (number, false)
                    }
                }
            }
            gate.signal()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try await first
        let expected = Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, $0 % 13 != 5) })
        #expect(outcomes == expected)
        let kept = Set(try await database.read { try $0.settings.all() }.map(\.key))
        #expect(kept == Set(expected.filter(\.value).map { "k\($0.key)" }))
        try await database.close()
    }

    @Test func aKilledBackendBeforeTheCommitIsNotNoticed() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open(connections: 1)
        let runs = Mutex(0)
        try await database.write { transaction in
            try transaction.settings.set(setting("a"))
            let run = runs.withLock { count in
                count += 1
                return count
            }
            guard run == 1 else { return }
            // What is waited for has taken the turn.
            _ = try transaction.settings.all()
            try PostgreSQLTestServer.command(
                """
                SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = '\(server.schema)' AND l.mode = 'RowExclusiveLock'
                """)
            try transaction.settings.set(setting("b"))
        }
        #expect(runs.withLock { $0 } == 2)
        #expect(try await database.read { try $0.settings.all() } == [setting("a")])
        try await database.close()
    }

    @Test func aServerThatCannotBeUsedIsNamedWithoutThePassword() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for url in ["postgresql://u:geheim@127.0.0.1:1/d", "postgresql://u:gehe%im@h/d", "postgresql://h/d?x=geheim"] {
            let error = await #expect(throws: StorageError.self) {
                try await PostgreSQLDatabase.open(
                    url: url, folder: folder, random: SystemRandomSource(), now: { Sample.start })
            }
            #expect(error?.description.contains("gehe") == false)
            #expect(error?.description.hasPrefix("The PostgreSQL database cannot be used: ") == true)
        }
    }
}
