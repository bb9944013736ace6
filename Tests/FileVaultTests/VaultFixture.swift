import Foundation
import Logging
import NIOCore
import Secrets
import Testing

@testable import FileVault

/// A vault in a folder that is gone with its last reference.
final class VaultFixture: Sendable {
    let path: String
    let vault: DiskVault
    let random = SeededRandomSource(seed: 41)

    init(settings: DiskVault.Settings = DiskVault.Settings(threads: 2)) async throws {
        path = NSTemporaryDirectory() + "/vault-tests-" + UUID().uuidString
        vault = try await DiskVault(path: path, settings: settings, logger: Logger(label: "test"))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Stores content as a file and returns it ready to be read.
    func store(_ content: [UInt8], chunkSize: Int, pieces: Int = 50_000) async throws -> VaultFile {
        try await vault.store(content, chunkSize: chunkSize, pieces: pieces, random: random)
    }

    /// The path of an object on disk.
    func objectPath(_ chunk: StoredChunk, of file: VaultFileID) -> String {
        "\(path)/files/\(Hex.encode(file.bytes.suffix(1)))/\(Hex.encode(file.bytes))/\(chunk.objectName)"
    }

    /// Everything under the vault's folder, as relative paths of files.
    func storedFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}

/// A body that comes in pieces, and may break off.
struct Pieces: AsyncSequence, Sendable {
    struct BrokenOff: Error {}

    typealias Element = ByteBuffer
    let content: [UInt8]
    let size: Int
    let breaksOffAfter: Int

    init(_ content: [UInt8], size: Int, breaksOffAfter: Int = .max) {
        self.content = content
        self.size = size
        self.breaksOffAfter = breaksOffAfter
    }

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

    struct Iterator: AsyncIteratorProtocol {
        let pieces: Pieces
        var position = 0

        mutating func next() async throws -> ByteBuffer? {
            if position >= pieces.breaksOffAfter { throw BrokenOff() }
            guard position < pieces.content.count else { return nil }
            let end = Swift.min(position + pieces.size, pieces.content.count)
            defer { position = end }
            return ByteBuffer(bytes: pieces.content[position..<end])
        }
    }
}

extension VaultBytes {
    /// Everything, and a check that exactly as much came as was announced.
    func collected() async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await piece in self {
            #expect(piece.readableBytes > 0)
            all += Array(piece.readableBytesView)
        }
        #expect(Int64(all.count) == count)
        return all
    }
}

/// Runs the work and returns the code of the error that it throws.
func vaultErrorCode(_ work: () async throws -> some Any) async -> VaultError.Code? {
    do {
        _ = try await work()
        return nil
    } catch {
        return (error as? VaultError)?.code
    }
}
