import Deliveries
import Foundation
import Secrets
import Synchronization
import Testing

@testable import Storage

@Suite(
    .serialized,
    .enabled(if: PostgreSQLTestServer.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct PostgreSQLPoolTests {
    private func open(
        _ server: PostgreSQLTestServer, connections: Int, name: String = "pool", user: String? = nil,
        _ change: (inout PostgreSQLPool.Limits) -> Void = { _ in }
    ) async throws -> PostgreSQLDatabase {
        var limits = PostgreSQLPool.Limits()
        limits.connections = connections
        // Hundreds of tests run at once.
        limits.patience = .seconds(600)
        change(&limits)
        return try await PostgreSQLDatabase.open(
            url: server.url + "&application_name=\(name)" + (user.map { "&user=\($0)" } ?? ""), folder: server.folder,
            limits: limits,
            random: SystemRandomSource(), now: { Sample.start })
    }

    /// Readers that stay until they are told to go.
    private final class Guests: Sendable {
        private let arrived = DispatchSemaphore(value: 0)
        private let leave = DispatchSemaphore(value: 0)

        func read(_ database: PostgreSQLDatabase) async throws {
            try await database.read { transaction in
                _ = try transaction.settings.all()
                self.arrived.signal()
                self.leave.wait()
            }
        }

        func waitForOne() { arrived.wait() }
        func letOneGo() { leave.signal() }
    }

    /// Asks again and again, with a pause on the server.
    private func waitUntil(_ question: String) throws {
        let connection = try PostgreSQLConnection(url: try #require(PostgreSQLTestServer.url))
        let asked = "SELECT (SELECT \(question)), pg_sleep(0.02)"
        while try connection.execute(asked, []).rows.first?.first != .integer(1) {}
    }

    @Test func slowReadersLeaveRoomForWriters() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await open(server, connections: 4)
        let guests = Guests()
        let readers = (1...6).map { _ in Task { try await guests.read(database) } }
        for _ in 1...3 { guests.waitForOne() }
        try await database.write { try $0.settings.set(setting("a")) }
        for _ in readers { guests.letOneGo() }
        for reader in readers { try await reader.value }
        #expect(try await database.read { try $0.settings.all() } == [setting("a")])
        try await database.close()
    }

    @Test func whoWaitsTooLongIsToldThatTheServerIsBusy() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await open(server, connections: 1) { $0.patience = .zero }
        let guests = Guests()
        let reader = Task { try await guests.read(database) }
        guests.waitForOne()
        let refused = await #expect(throws: DeliveriesError.self) {
            try await database.write { try $0.settings.set(setting("a")) }
        }
        #expect(refused?.code == .busy)
        #expect(refused?.retryAfter == 2)
        guests.letOneGo()
        try await reader.value
        #expect(try await database.read { try $0.settings.all() } == [])
        try await database.close()
    }

    @Test func whatIsLongUnusedIsClosed() async throws {
        let server = try PostgreSQLTestServer()
        let name = "idle-" + server.schema.suffix(8)
        let database = try await open(server, connections: 2, name: name) { $0.idleness = .zero }
        try await database.write { try $0.settings.set(setting("a")) }
        try waitUntil("count(*) = 0 FROM pg_stat_activity WHERE application_name = '\(name)'")
        #expect(try await database.read { try $0.settings.all() } == [setting("a")])
        try await database.close()
    }

    @Test func aMarkTellsWhetherACommitHappened() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await open(server, connections: 1)
        let (one, other) = (try server.connection(), try server.connection())
        let insert = "INSERT INTO setting (name, value) VALUES ($1, 'v')"

        try one.begin(isReading: false)
        _ = try one.execute(insert, [.text("kept")])
        #expect(one.isCommitWorthKnowing)
        try one.commit(mark: Data([1]))
        #expect(try other.wasCommitted(Data([1])))

        // Asked about while it is under way: it is not, and it cannot be any more.
        try one.begin(isReading: false)
        _ = try one.execute(insert, [.text("late")])
        #expect(try !other.wasCommitted(Data([2])))
        let late = #expect(throws: PostgreSQLFailure.self) { try one.commit(mark: Data([2])) }
        #expect(late?.state == "23505")
        try one.rollBack()
        #expect(try !other.wasCommitted(Data([2])))

        // What is young is not swept.
        try other.sweepMarks()
        #expect(try other.execute("SELECT count(*) FROM commit_mark", []).rows == [[.integer(2)]])
        #expect(try await database.read { try $0.settings.all().map(\.key) } == ["kept"])
        try await database.close()
    }

    /// Where the server takes no further connections, one that is there asks what became of a commit and goes on with it.
    @Test func aConnectionThatIsThereAsksAboutACommitThatAnotherLost() async throws {
        let server = try PostgreSQLTestServer()
        let schema = server.schema
        try PostgreSQLTestServer.command("CREATE ROLE \(schema) LOGIN; GRANT ALL ON SCHEMA \(schema) TO \(schema)")
        defer { try? PostgreSQLTestServer.command("DROP OWNED BY \(schema) CASCADE; DROP ROLE \(schema)") }
        let database = try await open(server, connections: 2, user: schema) { $0.inquiry = .seconds(10) }
        // The first commit that changes a setting ends its own connection; a sequence is not rolled back.
        try server.connection().command(
            """
            CREATE SEQUENCE deaths;
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = \(schema) AS $$
                BEGIN
                    IF nextval('deaths') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                    RETURN NULL;
                END $$;
            CREATE CONSTRAINT TRIGGER die AFTER INSERT ON setting DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION die()
            """)
        let guests = Guests()
        let reader = Task { try await guests.read(database) }
        guests.waitForOne()
        // Has the other one connect, too.
        #expect(try await database.write { try $0.settings.all() } == [])
        guests.letOneGo()
        try await reader.value
        try PostgreSQLTestServer.command("ALTER ROLE \(schema) CONNECTION LIMIT 0")
        try await database.write { try $0.settings.set(setting("a")) }
        #expect(try await database.read { try $0.settings.all() } == [setting("a")])
        try await database.close()
    }

    @Test func whatChangesNothingLeavesNoMark() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await open(server, connections: 1)
        try await database.write { _ = try $0.settings.all() }
        try await database.write { _ in }
        let count = "SELECT count(*) FROM commit_mark"
        #expect(try server.connection().execute(count, []).rows == [[.integer(0)]])
        try await database.write { try $0.settings.set(setting("a")) }
        #expect(try server.connection().execute(count, []).rows == [[.integer(1)]])
        try await database.close()
    }

    @Test func aStopGivesUpWhatHangs() async throws {
        let server = try PostgreSQLTestServer()
        let name = "stop-" + server.schema.suffix(8)
        let database = try await open(server, connections: 2, name: name) { $0.farewell = .zero }
        let other = try server.connection()
        try other.command("BEGIN; LOCK TABLE setting IN ACCESS EXCLUSIVE MODE")
        let write = Task { try await database.write { try $0.settings.set(setting("a")) } }
        try waitUntil(
            "count(*) = 1 FROM pg_stat_activity WHERE application_name = '\(name)' AND wait_event_type = 'Lock'")
        try await database.close()
        await #expect(throws: (any Error).self) { try await write.value }
        try other.command("COMMIT")
    }

    @Test func aStatementThatTakesTooLongIsBusy() throws {
        let server = try PostgreSQLTestServer()
        let connection = try PostgreSQLConnection(
            url: server.url.replacing("options=", with: "options=-cstatement_timeout%3D20%20"))
        let late = #expect(throws: PostgreSQLFailure.self) { try connection.execute("SELECT pg_sleep(100)", []) }
        #expect(late?.translated.code == .busy)
        #expect(late?.isLost == false)
        #expect(try connection.execute("SELECT 1", []).rows == [[.integer(1)]])
        withExtendedLifetime(server) {}
    }

    @Test func aServerThatEndsTheConnectionIsNoticed() throws {
        let server = try PostgreSQLTestServer()
        let connection = try server.connection()
        let pid = try #require(try connection.execute("SELECT pg_backend_pid()", []).rows.first?.first)
        guard case .integer(let number) = pid else { return }
        #expect(connection.isStillOpen())
        try PostgreSQLTestServer.command("SELECT pg_terminate_backend(\(number), 5000)")
        #expect(!connection.isStillOpen())
        withExtendedLifetime(server) {}
    }
}
