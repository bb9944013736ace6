import Deliveries
import Foundation
import Synchronization
import Testing

@testable import Storage

/// Statements whose outcome nobody looks at, which go out with the next one.
@Suite(
    .serialized,
    .enabled(if: PostgreSQLTestServer.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct PostgreSQLPostponedTests {
    private static let insert = "INSERT INTO setting (name, value) VALUES ($1, 'v')"

    let sample = Sample()

    @Test func theyGoOutWithTheCommit() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open(connections: 1)
        let (one, other) = (try server.connection(), try server.connection())
        let turns = "SELECT count(*) FROM pg_locks WHERE relation = 'write_turn'::regclass"
        try one.begin(isReading: false)
        try one.postpone(Self.insert, [.text("a")])
        try one.postpone(Self.insert, [.text("b")])
        #expect(try other.execute(turns, []).rows == [[.integer(0)]])
        #expect(one.isCommitWorthKnowing)
        try one.commit(mark: Data([1]))
        #expect(try await database.read { try $0.settings.all().map(\.key) } == ["a", "b"])
        try await database.close()
    }

    @Test func theConnectionServesOnAfterOneThatFailed() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open(connections: 1)
        let connection = try server.connection()
        let remove = "DELETE FROM setting WHERE name = $1"
        // Both statements are new here, one of them is parsed at the server before the failure and one is not.
        try connection.begin(isReading: false)
        for _ in 0..<2 { try connection.postpone(Self.insert, [.text("a")]) }
        try connection.postpone(remove, [.text("a")])
        let failure = #expect(throws: PostgreSQLFailure.self) { try connection.commit(mark: Data([1])) }
        #expect(failure?.state == "23505")
        try connection.rollBack()
        // One that nobody sent leaves nothing behind.
        try connection.begin(isReading: false)
        try connection.postpone(Self.insert, [.text("b")])
        try connection.rollBack()
        for name in ["c", "d"] {
            try connection.begin(isReading: false)
            try connection.postpone(Self.insert, [.text(name)])
            try connection.postpone(remove, [.text("d")])
            try connection.commit(mark: Data(name.utf8))
        }
        #expect(try await database.read { try $0.settings.all().map(\.key) } == ["c"])
        try await database.close()
    }

    @Test func aBodyHearsOfABrokenRuleWhereItBrokeIt() async throws {
        struct Taken: Error {}
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        let account = try sample.account()
        try await database.write { try $0.accounts.insert(account) }
        let runs = Mutex(0)
        await #expect(throws: Taken.self) {
            try await database.write { transaction in
                runs.withLock { $0 += 1 }
                try transaction.settings.set(setting("a"))
                do {
                    try transaction.accounts.insert(account)
                } catch let error as DeliveriesError where error.code == .conflict {
                    throw Taken()
                }
            }
        }
        #expect(runs.withLock { $0 } == 2)
        #expect(try await database.read { try $0.settings.all() } == [])
        try await database.close()
    }

    @Test func aRuleThatIsBrokenLastFailsTheBodyAndNobodyElse() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        let account = try sample.account()
        try await database.write { try $0.accounts.insert(account) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await database.write { try $0.settings.set(setting("kept-\(number)")) }
                }
            }
            group.addTask {
                let error = await #expect(throws: DeliveriesError.self) {
                    try await database.write { transaction in
                        try transaction.settings.set(setting("lost"))
                        try transaction.accounts.insert(account)
                    }
                }
                #expect(error?.code == .conflict)
            }
            try await group.waitForAll()
        }
        let keys = try await database.read { try $0.settings.all().map(\.key) }
        #expect(Set(keys) == Set((0..<20).map { "kept-\($0)" }))
        try await database.close()
    }

    @Test func whatABodyReadsHasAllThatItWroteHoweverMuch() async throws {
        let server = try PostgreSQLTestServer()
        let database = try await server.open()
        let keys = (0..<500).map { String(format: "key-%03d", $0) }
        let long = setting("a", String(repeating: "ü", count: 1 << 20))
        try await database.write { transaction in
            for _ in 0..<4 { try transaction.settings.set(long) }
            try transaction.settings.remove("a")
            for key in keys { try transaction.settings.set(setting(key)) }
            #expect(try transaction.settings.all().map(\.key) == keys)
        }
        #expect(try await database.read { try $0.settings.all().count } == 500)
        try await database.close()
    }
}
