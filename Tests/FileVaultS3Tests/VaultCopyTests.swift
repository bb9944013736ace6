import Foundation
import Logging
import NIOCore
import Secrets
import Synchronization
import Testing

@testable import FileVault
@testable import FileVaultS3

/// Copying a vault's objects as they are, between a folder and a bucket.
@Suite struct VaultCopyTests {
    private let random = SeededRandomSource(seed: 31)
    private let store = StoreInMemory()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("copy-\(UUID().uuidString)")

    private func bucket() -> S3Vault {
        S3Vault(
            client: store.client(), settings: .init(threads: 1), random: SeededRandomSource(seed: 32),
            now: { Date(timeIntervalSince1970: 1_800_000_000) }, logger: Logger(label: "test"))
    }

    private func disk(_ name: String) async throws -> DiskVault {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try await DiskVault(
            path: folder.appendingPathComponent(name).path, random: SeededRandomSource(seed: 33),
            logger: Logger(label: "test"))
    }

    /// Writes files of some chunks each.
    private func fill(_ vault: some FileVault) async throws -> [(VaultFile, [UInt8])] {
        var files: [(VaultFile, [UInt8])] = []
        for size in [0, 1, 100_000, 200_001, 65_536] {
            let content = random.bytes(size)
            let (file, key) = (VaultFileID(random: random), FileKey(random: random))
            let layout = try FileLayout(size: Int64(size), chunkSize: 65_536)
            var chunks: [StoredChunk] = []
            for index in 0..<layout.chunkCount {
                let begin = Int(layout.offset(ofChunk: index))
                let part = content[begin..<begin + layout.plainSize(ofChunk: index)]
                chunks.append(
                    try await vault.writeChunk(
                        index, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: part)))
            }
            let manifest = try FileManifest(file: file, layout: layout, chunks: chunks)
            let sealed = try manifest.sealed(with: key, random: random)
            files.append((try VaultFile(id: file, key: key, chunks: chunks, manifest: sealed), content))
        }
        return files
    }

    private func objects(_ vault: some SealedObjects) async throws -> Set<SealedObject> {
        var all: Set<SealedObject> = []
        for fan in UInt8.min...UInt8.max { all.formUnion(try await vault.sealedObjects(fan: fan)) }
        return all
    }

    @Test func thereAndBackTheContentIsTheSame() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, back, bucket) = (try await disk("a"), try await disk("b"), bucket())
        let files = try await fill(source)
        let all = try await objects(source)
        let octets = all.reduce(0) { $0 + $1.size }
        let last = Mutex(VaultCopy.Report())
        let first = try await VaultCopy(from: source, to: bucket, checksAll: true).run { report in
            last.withLock { $0 = report }
        }
        var expected = VaultCopy.Report()
        (expected.objects, expected.octets, expected.percent) = (all.count, octets, 100)
        (expected.copied, expected.checked) = (all.count, all.count)
        #expect(first == expected && last.withLock { $0 } == expected)
        #expect(try await objects(bucket) == all)
        let second = try await VaultCopy(from: bucket, to: back, checksAll: false).run { _ in }
        #expect(second.copied == all.count && second.checked < all.count && second.present == 0)
        #expect(try await objects(back) == all)
        for (file, content) in files {
            let read: [UInt8] = try await back.read(file).reduce(into: []) { $0 += Array($1.readableBytesView) }
            #expect(read == content)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: back.path + "/incoming").isEmpty)
    }

    @Test func aCopyThatBrokeOffIsRepeated() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, bucket) = (try await disk("a"), bucket())
        _ = try await fill(source)
        let all = try await objects(source)
        // The third request that is not a listing is refused for good.
        store.meet([.none, .none, .none, .none, .none, .status(403, code: "AccessDenied")])
        let error = await #expect(throws: VaultError.self) {
            try await VaultCopy(from: source, to: bucket, checksAll: false).run { _ in }
        }
        #expect(error?.code == .io)
        let there = try await objects(bucket)
        #expect(there.count < all.count)
        // Of what is there, one is hurt, and one is cut.
        let hurt = store.keys.prefix(1)
        store.state.withLock { state in
            for key in hurt { state.objects[key]?[3] ^= 1 }
        }
        let again = try await VaultCopy(from: source, to: bucket, checksAll: true).run { _ in }
        #expect(again.present == there.count - hurt.count)
        #expect(again.copied == all.count - again.present && again.checked == again.copied)
        let last = try await VaultCopy(from: source, to: bucket, checksAll: true).run { _ in }
        #expect(last.present == all.count && last.copied == 0)
    }

    @Test func whatIsNoObjectIsLeftAndWhatChangedMeanwhileIsTold() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try await disk("a")
        _ = try await fill(source)
        let all = try await objects(source)
        let some = try #require(all.first)
        let path = source.path + "/" + some.file.folder + "/"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + "README.txt"))
        #expect(try await objects(source) == all)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + some.name))
        let error = await #expect(throws: VaultError.self) { try await source.sealedOctets(of: some) }
        #expect(error?.code == .corrupted)
        let missing = SealedObject(file: some.file, name: "7.0000", size: 1)
        await #expect(throws: VaultError.self) { try await source.sealedOctets(of: missing) }
        await #expect(throws: VaultError.self) {
            try await source.storeSealed(
                ByteBuffer(), as: SealedObject(file: some.file, name: "../../evil", size: 0))
        }
    }
}
