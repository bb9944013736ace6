import Deliveries
import Foundation
import TestDatabases
import Testing

@testable import Storage

@Suite(.enabled(if: TestEngine.isSQLite, "SQLite's copies"))
struct BackupTests {
    let sample = Sample()

    @Test func aCopyMadeWhileOthersWriteIsWholeAndStarts() async throws {
        let test = try await SQLiteTestDatabase()
        let stored = try SampleDelivery(sample)
        try await test.write { try stored.store(in: $0) }
        let copy = test.folder.appendingPathComponent("copy.sqlite")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    // Two rows that belong together: a copy has both or none.
                    try await test.write { transaction in
                        for half in ["a", "b"] {
                            try transaction.settings.set(
                                StoredSetting(key: "\(number)\(half)", value: half, sealedValue: nil))
                        }
                    }
                }
            }
            group.addTask { try await test.database.backup(to: copy) }
            try await group.waitForAll()
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: copy.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        try await SQLiteDatabase.verify(copy: copy)

        let folder = test.folder.appendingPathComponent("restored")
        try await SQLiteDatabase.restore(copy: copy, into: folder)
        let restored = try await SQLiteTestDatabase.open(folder)
        let settings = try await restored.read { try $0.settings.all() }
        #expect(settings.count.isMultiple(of: 2))
        #expect(try await restored.read { try $0.deliveries.link(tokenHash: stored.link.tokenHash) } == stored.link)
        #expect(try await restored.integrityCheck() == [])
        #expect(try await restored.pragma("journal_mode") == "wal")
        try await restored.close()
        let left = try FileManager.default.contentsOfDirectory(atPath: test.folder.path)
        #expect(!left.contains { $0.hasSuffix(".part") || $0.hasPrefix("copy.sqlite-") })
    }

    @Test func nothingIsOverwritten() async throws {
        let test = try await SQLiteTestDatabase()
        let copy = test.folder.appendingPathComponent("copy.sqlite")
        try await test.database.backup(to: copy)
        await #expect(throws: StorageError.fileExists(path: copy.path)) { try await test.database.backup(to: copy) }
        try await test.database.close()
        let file = test.folder.appendingPathComponent(SQLiteDatabase.fileName)
        await #expect(throws: StorageError.fileExists(path: file.path)) {
            try await SQLiteDatabase.restore(copy: copy, into: test.folder)
        }
    }

    @Test func aDamagedCopyIsRefused() async throws {
        let test = try await SQLiteTestDatabase()
        let stored = try SampleDelivery(sample)
        let accounts = try (0..<500).map { try sample.account("a\($0)@kanzlei.example", name: "Name \($0)") }
        try await test.write { transaction in
            try stored.store(in: transaction)
            for account in accounts { try transaction.accounts.insert(account) }
        }
        let copy = test.folder.appendingPathComponent("copy.sqlite")
        try await test.database.backup(to: copy)
        var content = try Data(contentsOf: copy)
        let middle = content.count / 2
        content.replaceSubrange(middle..<(middle + 8_192), with: Data(repeating: 0xAB, count: 8_192))
        let damaged = test.folder.appendingPathComponent("damaged.sqlite")
        try content.write(to: damaged)
        await #expect(throws: StorageError.self) { try await SQLiteDatabase.verify(copy: damaged) }
        let missing = test.folder.appendingPathComponent("missing.sqlite")
        await #expect(throws: StorageError.self) { try await SQLiteDatabase.verify(copy: missing) }
        let folder = test.folder.appendingPathComponent("restored")
        await #expect(throws: StorageError.self) { try await SQLiteDatabase.restore(copy: damaged, into: folder) }
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
}
