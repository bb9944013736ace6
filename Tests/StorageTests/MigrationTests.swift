import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct MigrationTests {
    @Test func numbersHaveNoGaps() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
    }

    @Test func openingAgainChangesNothing() async throws {
        let test = try await TestDatabase()
        let schema = try await test.database.schema()
        try await test.database.close()
        let again = try await TestDatabase.open(test.folder)
        #expect(try await again.schema() == schema)
        #expect(try await again.appliedMigrations() == Migration.all.map(\.number))
        try await again.close()
    }

    @Test func aNewStepIsAppliedOnceAndItsFailureUndone() async throws {
        let test = try await TestDatabase()
        try await test.write { try $0.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil)) }
        try await test.database.close()
        let next = Migration.all.count + 1
        let broken = Migration(number: next, name: "broken") { types in
            ["CREATE TABLE extra (id \(types.text) NOT NULL PRIMARY KEY\(types.end)", "CREATE TABLE account (id)"]
        }
        await #expect(throws: StorageError.self) {
            try await TestDatabase.open(test.folder, migrator: Migrator(migrations: Migration.all + [broken]))
        }
        let working = Migration(number: next, name: "working") { types in
            ["CREATE TABLE extra (id \(types.text) NOT NULL PRIMARY KEY\(types.end)"]
        }
        let migrator = Migrator(migrations: Migration.all + [working])
        for _ in 0..<2 {
            let database = try await TestDatabase.open(test.folder, migrator: migrator)
            #expect(try await database.appliedMigrations() == Array(1...next))
            #expect(try await database.read { try $0.settings.all().count } == 1)
            try await database.close()
        }

        // This version does not know that step.
        let error = await #expect(throws: StorageError.self) { try await TestDatabase.open(test.folder) }
        #expect(error == .newerDatabase(found: next, known: Migration.all.count))
        #expect(error?.description.contains("newer Depesche") == true)
    }

    @Test func everyTableIsStrict() async throws {
        let test = try await TestDatabase()
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
