import Deliveries
import Foundation
import Testing

@testable import Storage

/// Programs of two versions on one database, for the time of an upgrade.
@Suite struct RollingUpgradeTests {
    /// What a later version might do: step 999 adds a table and columns.
    static let expanding = Migration(number: 999, name: "later") { types in
        [
            "CREATE TABLE later (id \(types.text) NOT NULL PRIMARY KEY\(types.end)",
            "ALTER TABLE delivery ADD COLUMN later \(types.text)",
            "ALTER TABLE outbox ADD COLUMN later \(types.integer) NOT NULL DEFAULT 7",
        ]
    }
    /// What the version after it might take away again; nobody below schema 999 goes on.
    static let contracting = Migration(number: 1_001, name: "without", oldestProgram: 999) { _ in
        ["DROP TABLE later"]
    }

    @Test func aDatabaseWithALaterExpansionWorks() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.database.close()
        try await SQLiteTestDatabase.open(test.folder, migrator: Migrator(migrations: Migration.all + [Self.expanding]))
            .close()
        let database = try await SQLiteTestDatabase.open(test.folder)
        #expect(database.newerSchema == 999)
        try await StatementTour().run(in: database)
        let status = SchemaStatus(try await database.appliedSchema())
        #expect(status.isUsable && status.isNewer && status.missing.isEmpty)
        try await database.close()
    }

    @Test func aDatabaseWithALaterContractionIsRefusedInPlainWords() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.database.close()
        let later = Migration.all + [Self.expanding, Self.contracting]
        try await SQLiteTestDatabase.open(test.folder, migrator: Migrator(migrations: later)).close()
        // The version in between goes on.
        try await SQLiteTestDatabase.open(
            test.folder, migrator: Migrator(migrations: Migration.all + [Self.expanding])
        ).close()
        let error = await #expect(throws: StorageError.self) { try await SQLiteTestDatabase.open(test.folder) }
        let known = try #require(Migration.all.last).number
        #expect(error == .newerDatabase(found: 1_001, known: known))
        #expect(error?.description.contains("newer Depesche") == true)
        #expect(!SchemaStatus(try await SQLiteDatabase.appliedSchema(folder: test.folder)).isUsable)
    }

    @Test func theStatusNamesWhatIsMissingAndChangesNothing() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("status-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try await SQLiteDatabase.appliedSchema(folder: folder) == .none)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        let first = Migration.upgradesAndMoves.number
        let former = Migration.all.filter { $0.number < first }
        try await SQLiteTestDatabase.open(folder, migrator: Migrator(migrations: former)).close()
        for _ in 0..<2 {
            let applied = try await SQLiteDatabase.appliedSchema(folder: folder)
            #expect(applied.numbers == former.map(\.number))
            let status = SchemaStatus(applied)
            #expect(status.missing.map(\.number) == Migration.all.map(\.number).filter { $0 >= first })
            // Programs from before the bookkeeping of versions refuse what is newer.
            #expect(status.isUsable && !status.othersGoOn && status.oldestProgram == first)
        }
        let later = Migrator(migrations: Migration.all + [Self.expanding])
        let all = AppliedSchema(numbers: Migration.all.map(\.number), oldestProgram: first)
        #expect(SchemaStatus(all, migrator: later).othersGoOn)
        let last = Migrator(migrations: Migration.all + [Self.expanding, Self.contracting])
        #expect(!SchemaStatus(all, migrator: last).othersGoOn)
    }

    @Test func statementsNameTheirColumns() async throws {
        let recorder = StatementRecorder()
        let test = try await SQLiteTestDatabase(recorder: recorder)
        try await StatementTour().run(in: test)
        // A column that a newer version adds would change what such a statement answers with.
        for statement in recorder.statements {
            #expect(!statement.contains("SELECT *") && !statement.contains("RETURNING *"), "\(statement)")
            #expect(!statement.contains(".*"), "\(statement)")
            if let insert = statement.range(of: "INSERT INTO ") {
                let rest = statement[insert.upperBound...].drop { !$0.isWhitespace && $0 != "(" }
                #expect(rest.drop(while: \.isWhitespace).first == "(", "\(statement)")
            }
        }
    }
}

/// The same on PostgreSQL.
@Suite(
    .serialized,
    .enabled(if: PostgreSQLTestServer.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct PostgreSQLRollingUpgradeTests {
    private func migrate(_ server: PostgreSQLTestServer, _ steps: [Migration]) throws {
        try PostgreSQLDatabase.migrate(
            try server.connection(), migrator: Migrator(migrations: Migration.all + steps), now: { Sample.start })
    }

    @Test func aRunningProgramGoesOnWhileANewerOneMigrates() async throws {
        let server = try PostgreSQLTestServer()
        #expect(try await PostgreSQLDatabase.appliedSchema(url: server.url) == .none)
        let database = try await server.open()
        #expect(database.newerSchema == nil)
        // Statements stay prepared, from before.
        try await StatementTour().run(in: database)
        try migrate(server, [RollingUpgradeTests.expanding])
        let account = try Sample(seed: 99).account("spaeter@kanzlei.example")
        try await database.write { try $0.accounts.insert(account) }
        #expect(try await database.read { try $0.accounts.account(account.id) } == account)
        #expect(try await database.appliedSchema().numbers.last == 999)
        try await database.close()
        let again = try await server.open()
        #expect(again.newerSchema == 999)
        try await again.close()
    }

    @Test func aContractionIsRefusedAtTheNextStart() async throws {
        let server = try PostgreSQLTestServer()
        try migrate(server, [RollingUpgradeTests.expanding, RollingUpgradeTests.contracting])
        let known = try #require(Migration.all.last).number
        await #expect(throws: StorageError.newerDatabase(found: 1_001, known: known)) { try await server.open() }
        await #expect(throws: StorageError.newerDatabase(found: 1_001, known: known)) {
            try await PostgreSQLDatabase.migrate(url: server.url, now: { Sample.start })
        }
    }
}
