import Deliveries
import Foundation
import Logging
import Secrets
import Testing

@testable import Storage

/// What processes over one database tell each other, and whose time they have.
@Suite(
    .serialized, .timeLimit(.minutes(2)),
    .enabled(if: PostgreSQLTestServer.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct PostgreSQLWatchTests {
    private let logger: Logger

    init() {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
    }

    /// A database of a process of its own, and what its watch hears.
    private func process(
        _ name: String, of server: PostgreSQLTestServer
    ) async throws -> (database: PostgreSQLDatabase, heard: AsyncStream<NodeHint>) {
        let database = try await PostgreSQLDatabase.open(
            url: server.url + "&application_name=\(server.schema)_\(name)",
            folder: server.folder.appendingPathComponent(name), connections: 1, random: SystemRandomSource())
        let (heard, continuation) = AsyncStream.makeStream(of: NodeHint.self)
        database.watch?.begin(logger: logger) { continuation.yield($0) }
        return (database, heard)
    }

    @Test func aHintReachesTheOtherProcessAndIsLookedForAfterEachGap() async throws {
        let server = try PostgreSQLTestServer()
        let (one, _) = try await process("a", of: server)
        let (other, heard) = try await process("b", of: server)
        var hints = heard.makeAsyncIterator()
        // Whatever was told before it listened.
        for hint in NodeHint.allCases { #expect(await hints.next() == hint) }
        for hint in NodeHint.allCases {
            one.watch?.pass(hint)
            while let next = await hints.next(), next != hint {}
        }
        try PostgreSQLTestServer.command(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE application_name = '\(server.schema)_b'
            """)
        var again: Set<NodeHint> = []
        while again.count < NodeHint.allCases.count, let next = await hints.next() { again.insert(next) }
        one.watch?.pass(.urgentMail)
        while let next = await hints.next(), next != .urgentMail {}
        // An end while both listen.
        try await one.close()
        try await other.close()
    }

    @Test func allProcessesHaveTheServersTime() async throws {
        let server = try PostgreSQLTestServer()
        // A server whose clock is three days ahead of this machine's.
        func set(_ days: Int) throws {
            try PostgreSQLTestServer.command(
                """
                CREATE OR REPLACE FUNCTION \(server.schema).clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
                AS 'SELECT pg_catalog.clock_timestamp() + interval ''\(days) days'''
                """)
        }
        try set(3)
        let url = server.url + "%2Cpg_catalog"
        let database = try await PostgreSQLDatabase.open(
            url: url, folder: server.folder, random: SystemRandomSource())
        let clock = try #require(database.watch?.clock)
        let day: TimeInterval = 86_400
        #expect(abs(clock.machineAhead + 3 * day) < day)
        let first = clock.now()
        #expect(abs(first.timeIntervalSinceNow - 3 * day) < day)
        // Migrations are noted with that time, too.
        let noted = try server.connection().execute("SELECT max(applied_at) FROM schema_migration", [])
        guard case .integer(let milliseconds)? = noted.rows.first?.first else {
            Issue.record("no migration was noted")
            return
        }
        #expect(abs(Double(milliseconds) / 1_000 - first.timeIntervalSince1970) < day)
        // Put back, it does not go back.
        try set(0)
        try clock.compare(on: try PostgreSQLConnection(url: url))
        #expect(abs(clock.machineAhead) < day)
        #expect(clock.now() >= first)
        try await database.close()
        withExtendedLifetime(server) {}
    }
}
