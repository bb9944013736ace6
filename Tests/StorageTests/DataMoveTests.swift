import Deliveries
import FileVault
import Foundation
import Secrets
import Synchronization
import Testing

@testable import Storage

/// Moving everything from one database to another.
@Suite struct DataMoveTests {
    static let identity = "installation.key-fingerprint"

    /// A folder that goes away with the test.
    final class Folder: Sendable {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("move-\(UUID().uuidString)")
        var place: DatabasePlace { .sqlite(folder: url) }

        deinit { try? FileManager.default.removeItem(at: url) }
    }

    struct Interrupted: Error {}

    /// Fills a database: what the tour of all statements leaves, octets and words of many kinds, and a table without a
    /// key whose rows repeat.
    static func fill(_ database: some StoredDatabase) async throws {
        let sample = Sample(seed: 99)
        try await StatementTour().run(in: database)
        try await database.write { transaction in
            try transaction.settings.set(StoredSetting(key: identity, value: "fingerprint", sealedValue: nil))
            for (number, text) in ["ü", "", "\u{1F4E8}", "Z", "a", "'; --", String(repeating: "lang", count: 50_000)]
                .enumerated()
            {
                let sealed = number % 2 == 0 ? Data((0...255).map { UInt8($0) }) : nil
                try transaction.settings.set(StoredSetting(key: "k\(text.prefix(9))", value: text, sealedValue: sealed))
            }
            for number in 0..<1_234 {
                try transaction.accounts.insert(try sample.account("konto\(number)@kanzlei.example"))
            }
            guard let sql = (transaction as? SQLTransaction)?.sql else { throw Interrupted() }
            try sql.run(
                """
                INSERT INTO access_trace (link, delivery, seen_at, method, user_agent, client_address, scanner_signals)
                SELECT l.id, l.delivery, s.value, 'GET', 'Ä', '', '' FROM link l, counter s, counter t
                """)
        }
        try await database.close()
    }

    static func move(
        _ source: DatabasePlace, _ target: DatabasePlace,
        progress: @escaping @Sendable (DataMove.Progress) throws -> Void = { _ in }
    ) async throws -> [DataMove.Table] {
        try await DataMove(from: source, to: target, identity: identity).run(
            now: { Sample.start }, approve: { #expect($0 == "fingerprint") }, files: {}, progress: progress)
    }

    /// The content of all tables.
    static func content(_ place: DatabasePlace) throws -> [String: TableContent] {
        try place.reading { session in
            try Dictionary(
                uniqueKeysWithValues: MovedTable.all().map { table in
                    var content = TableContent()
                    try session.stream(table.selection) { content.add($0) }
                    return (table.name, content)
                })
        }
    }

    /// Moves there, interrupted in each of some tables and repeated.
    static func moveWithInterruptions(_ source: DatabasePlace, _ target: DatabasePlace) async throws {
        let before = try content(source)
        for table in ["account", "setting", "outbox_mail", "access_trace"] {
            await #expect(throws: Interrupted.self) {
                try await move(source, target) { step in
                    // Among the accounts in the middle.
                    if step.table == table, step.rows > 500 || table != "account" { throw Interrupted() }
                }
            }
            #expect(try content(source) == before)
        }
        let tables = try await move(source, target)
        #expect(try content(target) == before && content(source) == before)
        #expect(Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0.rows) }) == before.mapValues(\.rows))
        #expect(tables.allSatisfy { before[$0.name]?.digest.hex == $0.sha256 })
        // It is complete now: neither again, nor over it.
        await #expect(throws: MoveError.taken(target)) { try await move(source, target) }
    }

    @Test func noTableIsForgotten() async throws {
        let test = try await SQLiteTestDatabase()
        let names = try await test.database.schema().filter { $1.hasPrefix("CREATE TABLE") }.keys
        let tables = try MovedTable.all()
        #expect(Set(tables.map(\.name)) == Set(names).subtracting(MovedTable.bookkeeping))
        for (place, table) in tables.enumerated() {
            #expect(table.references.isSubset(of: tables[..<place].map(\.name)), "\(table.name)")
        }
        // What refers to itself, or to what refers to it, has no order.
        let circle = Migration(number: 999, name: "circle") { types in
            ["CREATE TABLE ring (id \(types.text) NOT NULL PRIMARY KEY REFERENCES ring (id)\(types.end)"]
        }
        #expect(throws: MoveError.circle) { try MovedTable.all(migrations: Migration.all + [circle]) }
    }

    @Test func theTourFillsNearlyEveryTable() async throws {
        let test = try await SQLiteTestDatabase()
        try await Self.fill(test.database)
        let empty = try Self.content(.sqlite(folder: test.folder)).filter { $0.value.rows == 0 }.keys.sorted()
        #expect(empty.count <= 30, "\(empty)")
    }

    @Test func contentDiffersWithEachValue() {
        let rows: [[SQLValue]] = [
            [.null], [.integer(0)], [.text("")], [.text("0")], [.text("a"), .text("b")], [.text("ab")],
            [.blob(Data([48]))],
        ]
        let digests = rows.map { row in
            var content = TableContent()
            content.add(row)
            return content.digest
        }
        #expect(Set(digests).count == rows.count)
    }

    @Test func fromSQLiteToSQLiteWithInterruptions() async throws {
        let test = try await SQLiteTestDatabase()
        try await Self.fill(test.database)
        let file = test.folder.appendingPathComponent(SQLiteDatabase.fileName)
        let octets = try Data(contentsOf: file)
        let target = Folder()
        try await Self.moveWithInterruptions(.sqlite(folder: test.folder), target.place)
        #expect(try Data(contentsOf: file) == octets)
        let moved = try await SQLiteTestDatabase.open(target.url)
        #expect(try await moved.integrityCheck() == [])
        try await moved.close()
    }

    @Test func aServerRefusesToStartOnAnUnfinishedMove() async throws {
        let test = try await SQLiteTestDatabase()
        try await Self.fill(test.database)
        let (target, other) = (Folder(), try await SQLiteTestDatabase())
        await #expect(throws: Interrupted.self) {
            try await Self.move(.sqlite(folder: test.folder), target.place) { _ in throw Interrupted() }
        }
        let error = await #expect(throws: StorageError.self) { try await SQLiteTestDatabase.open(target.url) }
        #expect(error == .unfinishedMove && error?.description.contains("move-data") == true)
        await #expect(throws: MoveError.unfinishedSource) { try await Self.move(target.place, Folder().place) }
        // Another installation does not go on with it.
        try await other.write {
            try $0.settings.set(StoredSetting(key: Self.identity, value: "other", sealedValue: nil))
        }
        try await other.database.close()
        await #expect(throws: MoveError.otherMove(target.place)) {
            try await DataMove(from: .sqlite(folder: other.folder), to: target.place, identity: Self.identity).run(
                now: { Sample.start }, approve: { _ in }, files: {}, progress: { _ in })
        }
        // Files that cannot be copied leave it unfinished, too.
        await #expect(throws: Interrupted.self) {
            try await DataMove(from: .sqlite(folder: test.folder), to: target.place, identity: Self.identity).run(
                now: { Sample.start }, approve: { _ in }, files: { throw Interrupted() }, progress: { _ in })
        }
        await #expect(throws: StorageError.unfinishedMove) { try await SQLiteTestDatabase.open(target.url) }
        _ = try await Self.move(.sqlite(folder: test.folder), target.place)
        try await SQLiteTestDatabase.open(target.url).close()
    }

    @Test func wrongEndsAreNamed() async throws {
        let test = try await SQLiteTestDatabase()
        let (source, empty) = (DatabasePlace.sqlite(folder: test.folder), Folder())
        await #expect(throws: StorageError.anotherProcess(folder: test.folder.path)) {
            try await Self.move(source, empty.place)
        }
        await #expect(throws: MoveError.samePlace) { try await Self.move(source, source) }
        await #expect(throws: MoveError.noInstallation(empty.place)) { try await Self.move(empty.place, source) }
        #expect(!FileManager.default.fileExists(atPath: empty.url.path))
        try await test.database.close()
        await #expect(throws: MoveError.noInstallation(source)) { try await Self.move(source, empty.place) }
        try await Self.fill(SQLiteTestDatabase.open(test.folder))
        // The wrong key: nothing is made.
        await #expect(throws: KeyRingError.wrongKey) {
            try await DataMove(from: source, to: empty.place, identity: Self.identity).run(
                now: { Sample.start }, approve: { _ in throw KeyRingError.wrongKey }, files: {}, progress: { _ in })
        }
        #expect(
            !FileManager.default.fileExists(
                atPath: empty.url.appendingPathComponent(SQLiteDatabase.fileName).path))
        let taken = try await SQLiteTestDatabase()
        try await taken.write { try $0.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil)) }
        try await taken.database.close()
        await #expect(throws: MoveError.taken(.sqlite(folder: taken.folder))) {
            try await Self.move(source, .sqlite(folder: taken.folder))
        }
        let former = Folder()
        let old = Migrator(migrations: Migration.all.filter { $0.number < Migration.upgradesAndMoves.number })
        try await SQLiteTestDatabase.open(former.url, migrator: old).close()
        let error = await #expect(throws: MoveError.self) { try await Self.move(former.place, empty.place) }
        #expect(error?.description.contains("migrate up") == true)
    }

    @Test func placesAreReadWithoutTheirPasswords() {
        #expect(DatabasePlace("sqlite:/var/lib/x") == .sqlite(folder: URL(filePath: "/var/lib/x/")))
        #expect(DatabasePlace("postgresql://u:geheim@h/d")?.description == "the PostgreSQL database")
        for text in ["sqlite:", "mysql://h", "/var/lib/depesche", ""] { #expect(DatabasePlace(text) == nil) }
    }
}

/// The same with PostgreSQL on one side, and on both.
@Suite(
    .serialized,
    .enabled(if: PostgreSQLTestServer.isWanted, "PostgreSQL is not run: scripts/test sets DEPESCHE_TEST_POSTGRESQL"))
struct PostgreSQLDataMoveTests {
    /// Servers of other tests are on the same cluster: each schema stands for an installation with a name of its own.
    private func place(_ server: PostgreSQLTestServer) -> DatabasePlace {
        .postgreSQL(url: server.url + "&application_name=\(server.schema)")
    }

    @Test func thereAndBackWithInterruptions() async throws {
        let (test, back) = (try await SQLiteTestDatabase(), DataMoveTests.Folder())
        let (first, second) = (try PostgreSQLTestServer(), try PostgreSQLTestServer())
        try await DataMoveTests.fill(test.database)
        let source = DatabasePlace.sqlite(folder: test.folder)
        try await DataMoveTests.moveWithInterruptions(source, place(first))
        try await DataMoveTests.moveWithInterruptions(place(first), place(second))
        try await DataMoveTests.moveWithInterruptions(place(second), back.place)
        #expect(try DataMoveTests.content(back.place) == DataMoveTests.content(source))
        let database = try await second.open()
        #expect(try await database.read { try $0.settings.all() }.contains { $0.value == "fingerprint" })
        try await database.close()
    }

    @Test func aDatabaseThatSomebodyUsesIsLeftAlone() async throws {
        let (test, server) = (try await SQLiteTestDatabase(), try PostgreSQLTestServer())
        try await DataMoveTests.fill(test.database)
        let source = DatabasePlace.sqlite(folder: test.folder)
        let address = server.url + "&application_name=\(server.schema)"
        let database = try await PostgreSQLDatabase.open(
            url: address, folder: server.folder, random: SystemRandomSource(), now: { Sample.start })
        _ = try await database.read { try $0.settings.all() }
        await #expect(throws: MoveError.inUse(place(server))) { try await DataMoveTests.move(source, place(server)) }
        try await database.close()
        await #expect(throws: DataMoveTests.Interrupted.self) {
            try await DataMoveTests.move(source, place(server)) { _ in throw DataMoveTests.Interrupted() }
        }
        await #expect(throws: StorageError.unfinishedMove) { try await server.open() }
        _ = try await DataMoveTests.move(source, place(server))
        try await server.open().close()
    }
}
