import Foundation
import NIOCore
import Secrets
import Testing

@testable import FileVault

@Suite struct TamperingTests {
    let random = SeededRandomSource(seed: 71)

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
