import Deliveries
import Foundation
import Glibc
import Synchronization
import TestDatabases
import Testing

@testable import Storage

/// These need a file system of a few megabytes, which only root can mount.
@Suite(
    .enabled(if: TestEngine.isSQLite, "SQLite's disk"),
    .enabled(if: geteuid() == 0 && SmallDisk.isPossible, "needs root, to mount a tmpfs of a few megabytes"))
struct FullDiskTests {
    @Test func aCommitThatFindsTheDiskFullLosesNothingAndHeals() async throws {
        let disk = try SmallDisk(megabytes: 12)
        let database = try await SQLiteTestDatabase.open(disk.folder)
        let kept = StoredSetting(key: "kept", value: "1", sealedValue: nil)
        try await database.write { try $0.settings.set(kept) }
        let filler = try disk.fill()

        // It fits in SQLite's cache: nothing is written before the commit.
        let large = StoredSetting(key: "large", value: nil, sealedValue: Sample().octets(2_000_000))
        let ranThrough = Mutex(0)
        let error = await #expect(throws: DeliveriesError.self) {
            try await database.write { transaction in
                try transaction.settings.set(large)
                ranThrough.withLock { $0 += 1 }
            }
        }
        #expect(error?.code == .diskFull)
        #expect(ranThrough.withLock { $0 } == 1)
        #expect(database.statistics.failures == 1)
        #expect(try await database.read { try $0.settings.all() } == [kept])
        #expect(try await database.integrityCheck() == [])

        try FileManager.default.removeItem(at: filler)
        try await database.write { try $0.settings.set(large) }
        try await database.close()
        let reopened = try await SQLiteTestDatabase.open(disk.folder)
        #expect(try await reopened.read { try $0.settings.all() } == [kept, large])
        try await reopened.close()
    }
}

/// A tmpfs of its own, unmounted with its last reference.
private final class SmallDisk: Sendable {
    /// Whether this process may mount; root in a container often may not.
    static let isPossible = (try? SmallDisk(megabytes: 1)) != nil

    let folder: URL

    init(megabytes: Int) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("small-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            try? FileManager.default.removeItem(at: folder)
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Fills it to the last page; the file that does is to be removed.
    func fill() throws -> URL {
        let file = folder.appendingPathComponent("filler")
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, page, page.count) == page.count {}
        try #require(errno == ENOSPC)
        return file
    }

    deinit {
        umount2(folder.path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(at: folder)
    }
}
