import Deliveries
import Foundation
import TestDatabases
import Testing

@testable import Storage

@Suite(.enabled(if: TestEngine.isSQLite, "SQLite itself"))
struct SQLiteDatabaseTests {
    let sample = Sample()

    @Test func whatIsWrittenIsThereAfterReopening() async throws {
        let test = try await SQLiteTestDatabase()
        let account = try sample.account()
        try await test.write { try $0.accounts.insert(account) }
        try await test.database.close()
        let again = try await SQLiteTestDatabase.open(test.folder)
        #expect(try await again.read { try $0.accounts.account(account.id) } == account)
        try await again.close()
    }

    @Test func commitsAreSyncedAndReferencesChecked() async throws {
        let test = try await SQLiteTestDatabase()
        // FULL is 2; DatabasePool would leave NORMAL.
        #expect(try await test.database.pragma("synchronous") == "2")
        #expect(try await test.database.pragma("journal_mode") == "wal")
        #expect(try await test.database.pragma("foreign_keys") == "1")
        #expect(try await test.database.pragma("secure_delete") == "1")
        #expect(try await test.database.pragma("busy_timeout") == "5000")
        try await test.write { try $0.settings.remove("any") }
        #expect(try await test.database.pragma("synchronous") == "2")
    }

    @Test func theFilesAreTheOwnersOnly() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.write { try $0.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil)) }
        let names = try FileManager.default.contentsOfDirectory(atPath: test.folder.path)
        #expect(names.sorted() == ["depesche.lock", "depesche.sqlite", "depesche.sqlite-shm", "depesche.sqlite-wal"])
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: test.folder.appendingPathComponent(name).path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func oneProcessOwnsTheData() async throws {
        let test = try await SQLiteTestDatabase()
        let error = await #expect(throws: StorageError.self) { try await SQLiteTestDatabase.open(test.folder) }
        #expect(error == .anotherProcess(folder: test.folder.path))
        #expect(error?.description.contains("Another Depesche is running on this data") == true)
        try await test.database.close()
        try await SQLiteTestDatabase.open(test.folder).close()
    }

    @Test func afterClosingNothingIsServed() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.database.close()
        try await test.database.close()
        await #expect(throws: StorageError.closed) { try await test.write { _ in } }
        await #expect(throws: StorageError.closed) { try await test.read { _ in } }
    }

    @Test func closingServesThoseWhoWait() async throws {
        let test = try await SQLiteTestDatabase()
        let written = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let setting = StoredSetting(key: "k\(number)", value: "", sealedValue: nil)
                    return (try? await test.write { try $0.settings.set(setting) }) != nil
                }
            }
            group.addTask {
                try? await test.database.close()
                return false
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let again = try await SQLiteTestDatabase.open(test.folder)
        #expect(try await again.read { try $0.settings.all().count } == written)
        try await again.close()
    }

    @Test func writingInAReadIsRefused() async throws {
        let test = try await SQLiteTestDatabase()
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.read { try $0.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil)) }
        }
        #expect(error?.code == .trouble)
        #expect(try await test.read { try $0.settings.all() } == [])
    }

    @Test func aReaderSeesOneSnapshot() async throws {
        let test = try await SQLiteTestDatabase()
        let hasRead = DispatchSemaphore(value: 0)
        let hasWritten = DispatchSemaphore(value: 0)
        async let counts = test.read { transaction in
            let before = try transaction.settings.all().count
            hasRead.signal()
            hasWritten.wait()
            return (before, try transaction.settings.all().count)
        }
        async let written: Void = test.write { transaction in
            hasRead.wait()
            try transaction.settings.set(StoredSetting(key: "a", value: "b", sealedValue: nil))
        }
        try await written
        hasWritten.signal()
        #expect(try await counts == (0, 0))
        #expect(try await test.read { try $0.settings.all().count } == 1)
    }

    @Test func textWithNULIsRefused() async throws {
        let test = try await SQLiteTestDatabase()
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.write { try $0.settings.set(StoredSetting(key: "a", value: "b\0c", sealedValue: nil)) }
        }
        #expect(error?.code == .invalid)
    }

    @Test func hostileTextIsStoredAsItIs() async throws {
        let test = try await SQLiteTestDatabase()
        let texts = [
            "'; DROP TABLE account; --", "?1 $1 :a @b", "\\", "\u{202E}\r\n\t", String(repeating: "ü", count: 100_000),
        ]
        for text in texts {
            let setting = StoredSetting(key: text, value: text, sealedValue: nil)
            try await test.write { try $0.settings.set(setting) }
            #expect(try await test.read { try $0.settings.all().contains(setting) })
            #expect(
                try await test.read { try $0.accounts.accounts(search: text, withDeleted: false, offset: 0, limit: 1) }
                    == [])
        }
    }

    @Test func somethingThatIsNoDatabaseIsNamed() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(SQLiteDatabase.fileName)
        try Data(repeating: 65, count: 5_000).write(to: file)
        let error = await #expect(throws: StorageError.self) { try await SQLiteTestDatabase.open(folder) }
        #expect(error == .unusableDatabase(path: file.path, reason: "file is not a database"))
        // The lock is free again.
        try FileManager.default.removeItem(at: file)
        try await SQLiteTestDatabase.open(folder).close()
    }
}
