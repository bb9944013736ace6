import Foundation
import Glibc
import Logging
import NIOCore
import Secrets
import Testing

@testable import FileVault

/// These need a file system of a few megabytes, which only root can mount.
@Suite(.enabled(if: geteuid() == 0 && TinyDisk.isPossible, "needs root, to mount a tmpfs of a few megabytes"))
struct DiskFullTests {
    let random = SeededRandomSource(seed: 91)

    @Test func aFullDiskIsToldAndLosesNothing() async throws {
        let disk = try TinyDisk(megabytes: 4)
        let vault = try await DiskVault(path: disk.path + "/vault", logger: Logger(label: "test"))
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 30_000_000, chunkSize: 3_000_000)
        let content = random.bytes(3_000_000)
        let first = try await vault.writeChunk(0, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: content))
        #expect(
            await vaultErrorCode {
                try await vault.writeChunk(
                    1, of: file, key: key, layout: layout, expectedDigest: nil, body: Pieces(content, size: 65_536))
            } == .diskFull)
        // What was acknowledged is there, what was not has left the room that it took.
        let all = 0..<3_000_000
        #expect(try await vault.readChunk(first, of: file, key: key, layout: layout, range: all).collected() == content)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path + "/vault/incoming").isEmpty)
        #expect(try #require(try await vault.space()).available < 2_000_000)
        try await vault.removeObject(first.objectName, of: file)
        _ = try await vault.writeChunk(1, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: content))
        await vault.shutdown()
    }
}

/// A tmpfs of its own, unmounted with its last reference.
final class TinyDisk: Sendable {
    /// Whether this process may mount; root in a container often may not.
    static let isPossible = (try? TinyDisk(megabytes: 1)) != nil

    let path: String

    init(megabytes: Int) throws {
        path = NSTemporaryDirectory() + "/tiny-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw SystemError(call: "mount")
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
