import Foundation
import NIOCore
import Secrets
import Testing

@testable import FileVault

@Suite struct TamperingTests {
    let random = SeededRandomSource(seed: 71)

    /// Reads everything and returns the error.
    private func failure(_ fixture: VaultFixture, _ file: VaultFile) async -> VaultError? {
        do {
            _ = try await fixture.vault.read(file).collected()
            return nil
        } catch {
            return error as? VaultError
        }
    }

    @Test func everyAreaOfARecordIsAuthenticated() async throws {
        let fixture = try await VaultFixture()
        let file = try await fixture.store(random.bytes(500_000), chunkSize: 300_000)
        let path = fixture.objectPath(file.chunks[1], of: file.id)
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        let stride = 65_564
        // Nonce, ciphertext and tag of the first, a middle and the last record.
        for (offset, record) in [
            (0, 0), (11, 0), (12, 0), (40_000, 0), (stride - 16, 0), (stride - 1, 0), (stride, 1),
            (2 * stride + 100, 2),
            (good.count - 17, 3), (good.count - 1, 3),
        ] {
            var changed = good
            changed[offset] ^= 0x10
            try changed.write(to: URL(fileURLWithPath: path))
            let error = await failure(fixture, file)
            #expect(error?.code == .corrupted)
            #expect(error?.chunk == 1)
            #expect(error?.record == record)
        }
        try good.write(to: URL(fileURLWithPath: path))
        #expect(await failure(fixture, file) == nil)
    }

    @Test func cutOffChunksAreNoticed() async throws {
        let fixture = try await VaultFixture()
        let file = try await fixture.store(random.bytes(200_000), chunkSize: 200_000)
        let path = fixture.objectPath(file.chunks[0], of: file.id)
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in [0, 1, 27, 65_564, 131_128, good.count - 1] {
            try good.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(await failure(fixture, file)?.code == .corrupted)
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(await failure(fixture, file)?.code == .missing)
    }

    @Test func recordsDoNotOpenInAnotherPlace() async throws {
        let fixture = try await VaultFixture()
        let file = try await fixture.store(random.bytes(131_072 * 3), chunkSize: 131_072)
        let paths = file.chunks.map { fixture.objectPath($0, of: file.id) }
        let good = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        // Two records of a chunk change places.
        try (good[0].suffix(65_564) + good[0].prefix(65_564)).write(to: URL(fileURLWithPath: paths[0]))
        #expect(await failure(fixture, file)?.code == .corrupted)
        // Two chunks change places.
        try good[1].write(to: URL(fileURLWithPath: paths[0]))
        #expect(await failure(fixture, file)?.code == .corrupted)
        // The last chunk stands for one in the middle: the number differs, and the final flag.
        try good[0].write(to: URL(fileURLWithPath: paths[0]))
        try good[2].write(to: URL(fileURLWithPath: paths[1]))
        let error = await failure(fixture, file)
        #expect(error?.chunk == 1)
    }

    @Test func chunksDoNotOpenInAnotherFile() async throws {
        let fixture = try await VaultFixture()
        let content = random.bytes(100_000)
        let first = try await fixture.store(content, chunkSize: 65_536)
        // The same key in another file: the identity is authenticated, not only the key.
        let other = VaultFileID(random: random)
        let chunks = try await withThrowingTaskGroup(of: StoredChunk.self) { group in
            for index in 0..<2 {
                let part = index == 0 ? content.prefix(65_536) : content.suffix(from: 65_536)
                group.addTask {
                    try await fixture.vault.writeChunk(
                        index, of: other, key: first.key, layout: first.layout, bytes: ByteBuffer(bytes: part))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.index < $1.index }
        }
        let stolen = try Data(contentsOf: URL(fileURLWithPath: fixture.objectPath(chunks[0], of: other)))
        try stolen.write(to: URL(fileURLWithPath: fixture.objectPath(first.chunks[0], of: first.id)))
        #expect(await failure(fixture, first)?.code == .corrupted)
    }

    @Test func aShorterFileIsNotTakenForTheWholeOne() async throws {
        let fixture = try await VaultFixture()
        let content = random.bytes(200_000)
        let file = try await fixture.store(content, chunkSize: 100_000)
        // Whoever controls the list of chunks but not the key: the chunk in the middle is not the last one.
        let shorter = try FileLayout(size: 100_000, chunkSize: 100_000)
        let read = await vaultErrorCode {
            try await fixture.vault.readChunk(
                file.chunks[0], of: file.id, key: file.key, layout: shorter, range: 0..<100_000
            ).collected()
        }
        #expect(read == .corrupted)
    }

    @Test func anEmptyFileIsAuthenticatedToo() async throws {
        let fixture = try await VaultFixture()
        let file = try await fixture.store([], chunkSize: 65_536)
        #expect(try await fixture.vault.read(file).collected().isEmpty)
        let path = fixture.objectPath(file.chunks[0], of: file.id)
        var stored = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(stored.count == 28)
        stored[20] ^= 1
        try stored.write(to: URL(fileURLWithPath: path))
        #expect(await failure(fixture, file)?.code == .corrupted)
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(await failure(fixture, file)?.code == .corrupted)
        try FileManager.default.removeItem(atPath: path)
        #expect(await failure(fixture, file)?.code == .missing)
    }

    // Made by another AES-GCM (Python's cryptography), after docs/file-format.md alone.
    @Test func readsWhatAnotherProgramSealed() async throws {
        let key = FileKey(random: FixedSource(Array(0..<32)))
        let file = try #require(VaultFileID(bytes: Array(UInt8(64)..<80)))
        let digest = try #require(
            ContentDigest(hex: "6a7a314794431fee4b297f4e45c7a2b7a9407f8a8fb110aed1062b279d0b9146"))
        let record = try #require(
            Hex.decode("000102030405060708090a0b1d77a56fa089ae6ee326ffbc72cd5a272971c2979cf68f5e87af"))
        let manifest = try #require(
            Hex.decode(
                "1415161718191a1b1c1d1e1f3adeb21b1e6ffb5a86a60a3135451120f10727087cfcd954070d967e"
                    + "d4cd372517b2966743e855377197fd03748d7c212ba547501d64cd6997f6f6536a215d5960e02822"))
        let fixture = try await VaultFixture()
        let chunk = StoredChunk(index: 0, plainSize: 10, digest: digest, objectName: "0.aa")
        let path = fixture.objectPath(chunk, of: file)
        try FileManager.default.createDirectory(
            atPath: String(path.prefix(upTo: try #require(path.lastIndex(of: "/")))), withIntermediateDirectories: true)
        try Data(record).write(to: URL(fileURLWithPath: path))
        let opened = try VaultFile(id: file, key: key, chunks: [chunk], manifest: manifest)
        #expect(try await fixture.vault.read(opened).collected() == Array("Zustellung".utf8))
    }
}

/// Gives the same octets each time.
struct FixedSource: RandomSource {
    let fixed: [UInt8]

    init(_ fixed: [UInt8]) {
        self.fixed = fixed
    }

    func bytes(_ count: Int) -> [UInt8] { Array(fixed.prefix(count)) }
}
