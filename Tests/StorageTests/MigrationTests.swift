import Deliveries
import Foundation
import TestDatabases
import Testing

@testable import Storage

@Suite(.enabled(if: TestEngine.isSQLite, "SQLite's migrations"))
struct MigrationTests {
    @Test func numbersRise() {
        let numbers = Migration.all.map(\.number)
        #expect(numbers == Set(numbers).sorted() && numbers.first == 1)
    }

    @Test func aStepThatWasMadeBesideALaterOneIsAppliedWhenItComes() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.database.close()
        let last = try #require(Migration.all.last).number
        func step(_ number: Int) -> Migration {
            Migration(number: number, name: "step") { types in
                ["CREATE TABLE extra\(number) (id \(types.text) NOT NULL PRIMARY KEY\(types.end)"]
            }
        }
        let numbers = Migration.all.map(\.number)
        for (steps, applied) in [([last + 2], [last + 2]), ([last + 1, last + 2], [last + 1, last + 2])] {
            let database = try await SQLiteTestDatabase.open(
                test.folder, migrator: Migrator(migrations: Migration.all + steps.map(step)))
            #expect(try await database.appliedMigrations() == numbers + applied)
            try await database.close()
        }
    }

    @Test func openingAgainChangesNothing() async throws {
        let test = try await SQLiteTestDatabase()
        let schema = try await test.database.schema()
        try await test.database.close()
        let again = try await SQLiteTestDatabase.open(test.folder)
        #expect(try await again.schema() == schema)
        #expect(try await again.appliedMigrations() == Migration.all.map(\.number))
        try await again.close()
    }

    @Test func aNewStepIsAppliedOnceAndItsFailureUndone() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.write { try $0.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil)) }
        try await test.database.close()
        let last = try #require(Migration.all.last).number
        let next = last + 1
        let broken = Migration(number: next, name: "broken") { types in
            ["CREATE TABLE extra (id \(types.text) NOT NULL PRIMARY KEY\(types.end)", "CREATE TABLE account (id)"]
        }
        await #expect(throws: StorageError.self) {
            try await SQLiteTestDatabase.open(test.folder, migrator: Migrator(migrations: Migration.all + [broken]))
        }
        let working = Migration(number: next, name: "working") { types in
            ["CREATE TABLE extra (id \(types.text) NOT NULL PRIMARY KEY\(types.end)"]
        }
        let migrator = Migrator(migrations: Migration.all + [working])
        for _ in 0..<2 {
            let database = try await SQLiteTestDatabase.open(test.folder, migrator: migrator)
            #expect(try await database.appliedMigrations() == Migration.all.map(\.number) + [next])
            #expect(try await database.read { try $0.settings.all().count } == 1)
            try await database.close()
        }

        // This version does not know that step, which only adds.
        let older = try await SQLiteTestDatabase.open(test.folder)
        #expect(older.newerSchema == next)
        #expect(try await older.read { try $0.settings.all().count } == 1)
        try await older.close()
    }

    @Test func accountsOfFormerTimesGetTheirRoles() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roles-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let sample = Sample()
        let ids: [AccountID] = [sample.id(), sample.id()]
        let people = Migration(number: 0, name: "people") { _ in
            [("a", ids[0], 1), ("b", ids[1], 0)].map { name, id, administers in
                """
                INSERT INTO account (
                    id, email, email_key, name, sort_name, search, is_administrator, state, language, created_at
                ) VALUES (
                    '\(id)', '\(name)@x.example', '\(name)@x.example', '\(name)', '\(name)',
                    '\(name)', \(administers), 'active', 'de', 0
                )
                """
            }
        }
        let former = try await SQLiteTestDatabase.open(
            folder,
            migrator: Migrator(migrations: Migration.all.filter { $0.number < Migration.roles.number } + [people]))
        try await former.close()
        let database = try await SQLiteTestDatabase.open(folder)
        let accounts = try await database.read {
            try $0.accounts.accounts(search: "", withDeleted: false, offset: 0, limit: 10)
        }
        #expect(accounts.map(\.roles) == [[.sender, .administrator], [.sender]])
        try await database.close()
    }

    @Test func tokensOfFormerTimesBelongToNoAddIn() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tokens-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let sample = Sample()
        let account: AccountID = sample.id()
        let token: APITokenID = sample.id()
        let former = Migration(number: 0, name: "former") { _ in
            [
                """
                INSERT INTO account (
                    id, email, email_key, name, sort_name, search, is_administrator, state, language, created_at
                ) VALUES ('\(account)', 'a@x.example', 'a@x.example', 'a', 'a', 'a', 0, 'active', 'de', 0)
                """,
                """
                INSERT INTO api_token (id, account, name, token_hash, scopes, created_at)
                VALUES ('\(token)', '\(account)', 'Outlook', 'h', 'read,send', 0)
                """,
            ]
        }
        let old = Migration.all.filter { $0.number < Migration.groups.number } + [former]
        try await SQLiteTestDatabase.open(folder, migrator: Migrator(migrations: old)).close()
        let database = try await SQLiteTestDatabase.open(folder)
        let found = try await database.read { transaction in
            (try transaction.accounts.apiTokens(of: account), try transaction.groups.groups(of: account))
        }
        #expect(found.0.map(\.id) == [token] && found.0.allSatisfy { $0.client == nil } && found.1.isEmpty)
        try await database.close()
    }

    @Test func everyTableIsStrict() async throws {
        let test = try await SQLiteTestDatabase()
        for (name, text) in try await test.database.schema() where text.hasPrefix("CREATE TABLE") {
            #expect(text.contains(") STRICT"), "\(name)")
        }
        #expect(try await test.database.refuses("INSERT INTO counter (name, value) VALUES ('x', 'no number')"))
        #expect(try await test.database.refuses("INSERT INTO setting (name, value) VALUES (NULL, 'x')"))
    }

    @Test func theEnginesDifferInColumnTypesOnly() {
        for migration in Migration.all {
            let sqlite = migration.statements(.sqlite)
            let postgreSQL = migration.statements(.postgreSQL)
            #expect(sqlite.count == postgreSQL.count)
            for (left, right) in zip(sqlite, postgreSQL) {
                let plain =
                    right.replacing("TEXT COLLATE \"C\"", with: "TEXT").replacing("BIGINT", with: "INTEGER")
                    .replacing("BYTEA", with: "BLOB")
                #expect(left.replacing(" STRICT, WITHOUT ROWID", with: "").replacing(" STRICT", with: "") == plain)
            }
        }
    }
}
