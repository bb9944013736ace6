import Foundation
import NIOCore
import Secrets
import Testing

@testable import FileVault

/// What every vault must do; each test runs with each kind of vault.
@Suite struct VaultContractTests {
    let random = SeededRandomSource(seed: 61)

    @Test(
        .enabled(
            if: VaultKind.available.count == VaultKind.allCases.count || isCI,
            "needs the object stores that scripts/test starts: only the vault on the disk is tested"))
    func theObjectStoresAreThere() {
        #expect(VaultKind.available == VaultKind.allCases, "DEPESCHE_TEST_S3 does not name all stores")
    }

    @Test(arguments: VaultKind.available)
    func readsBackEverySizeAroundTheBoundaries(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            for chunkSize in [65_536, 100_000, 200_000] {
                for edge in [0, 65_536, 100_000, 131_072, 200_000, 400_000] {
                    for difference in [-1, 0, 1] where edge + difference >= 0 {
                        let content = random.bytes(edge + difference)
                        let file = try await house.store(content, chunkSize: chunkSize)
                        #expect(try await house.vault.read(file).collected() == content)
                        #expect(try await house.vault.sha256(of: file) == ContentDigest(of: content))
                    }
                }
            }
        }
    }

    @Test(arguments: VaultKind.available)
    func itDoesNotMatterHowTheBodyIsCut(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let content = random.bytes(3_000_000)
            for pieces in [1_000, 16_383, 16_384, 65_536, 100_001, 1 << 20, 3_000_000] {
                let file = try await house.store(content, chunkSize: 8 << 20, pieces: pieces)
                #expect(try await house.vault.read(file).collected() == content)
            }
            let few = random.bytes(5_000)
            #expect(try await house.vault.read(house.store(few, chunkSize: 8 << 20, pieces: 1)).collected() == few)
        }
    }

    @Test(arguments: VaultKind.available)
    func givesAnyRange(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let content = random.bytes(1_000_000)
            let file = try await house.store(content, chunkSize: 300_000)
            var edges: [Int64] = [0, 1, 65_535, 65_536, 65_537, 262_144, 299_999, 300_000, 300_001, 600_000, 999_999]
            edges.append(1_000_000)
            for lower in edges {
                for upper in edges where upper >= lower {
                    let part = try await house.vault.read(file, range: lower..<upper).collected()
                    #expect(part == Array(content[Int(lower)..<Int(upper)]))
                }
            }
            for _ in 0..<200 {
                let lower = Int64(random.uniform(below: 1_000_000))
                let upper = lower + Int64(random.uniform(below: UInt32(1_000_001 - lower)))
                let part = try await house.vault.read(file, range: lower..<upper).collected()
                #expect(part == Array(content[Int(lower)..<Int(upper)]))
            }
            #expect(
                try await house.vault.read(file, range: 999_990..<2_000_000).collected() == Array(content.suffix(10)))
            #expect(try await house.vault.read(file, range: 5_000_000..<6_000_000).collected().isEmpty)
        }
    }

    @Test(arguments: VaultKind.available)
    func readsOneChunkOfAFileThatIsNotComplete(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let (file, key) = (VaultFileID(random: random), FileKey(random: random))
            let layout = try FileLayout(size: 1_000_000, chunkSize: 300_000)
            let part = random.bytes(300_000)
            let chunk = try await house.vault.writeChunk(
                2, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: part))
            #expect(chunk.plainSize == 300_000)
            let read = try await house.vault.readChunk(
                chunk, of: file, key: key, layout: layout, range: 70_000..<200_000)
            #expect(try await read.collected() == Array(part[70_000..<200_000]))
        }
    }

    @Test(arguments: VaultKind.available)
    func aChunkSentAgainIsAnObjectOfItsOwn(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let (file, key) = (VaultFileID(random: random), FileKey(random: random))
            let layout = try FileLayout(size: 100_000)
            let content = random.bytes(100_000)
            let vault = house.vault
            let chunks = try await withThrowingTaskGroup(of: StoredChunk.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await vault.writeChunk(
                            0, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: content))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(chunks.map(\.objectName)).count == 8)
            #expect(Set(chunks.map(\.digest)) == [ContentDigest(of: content)])
            var stored: [Data] = []
            for chunk in chunks { stored.append(try await house.sealed(chunk, of: file)) }
            // Nonce and ciphertext differ each time.
            #expect(Set(stored.map { $0.prefix(12) }).count == 8)
            for chunk in chunks.dropFirst() { try await vault.removeObject(chunk.objectName, of: file) }
            try await vault.removeObject(chunks[1].objectName, of: file)
            #expect(try await vault.objects(of: file, olderThan: .distantFuture).map(\.name) == [chunks[0].objectName])
        }
    }

    @Test(arguments: VaultKind.available)
    func refusesABodyThatIsNotTheChunk(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let vault = house.vault
            let (file, key) = (VaultFileID(random: random), FileKey(random: random))
            let layout = try FileLayout(size: 2_500_000, chunkSize: 2_000_000)
            let content = random.bytes(2_000_000)
            func write(_ body: Pieces, index: Int = 0, digest: ContentDigest? = nil) async -> VaultError.Code? {
                await vaultErrorCode {
                    try await vault.writeChunk(
                        index, of: file, key: key, layout: layout, expectedDigest: digest, body: body)
                }
            }
            #expect(await write(Pieces(content.dropLast(), size: 65_536)) == .sizeMismatch)
            #expect(await write(Pieces(content + [0], size: 65_536)) == .sizeMismatch)
            #expect(await write(Pieces([], size: 1)) == .sizeMismatch)
            #expect(await write(Pieces(content, size: 65_536), index: 1) == .sizeMismatch)
            #expect(await write(Pieces(content, size: 65_536), index: 2) == .sizeMismatch)
            #expect(await write(Pieces(content, size: 65_536), index: -1) == .sizeMismatch)
            #expect(await write(Pieces(content, size: 65_536), digest: ContentDigest(of: [1])) == .checksumMismatch)
            #expect(await write(Pieces(content, size: 65_536, breaksOffAfter: 1_500_000)) == .interrupted)
            #expect(try await vault.files(olderThan: .distantFuture).isEmpty)
            #expect(await write(Pieces(content, size: 65_536), digest: ContentDigest(of: content)) == nil)
        }
    }

    @Test(arguments: VaultKind.available)
    func aCancelledUploadLeavesNothing(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let vault = house.vault
            let (file, key) = (VaultFileID(random: random), FileKey(random: random))
            let layout = try FileLayout(size: 4_000_000)
            let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
            continuation.yield(ByteBuffer(repeating: 1, count: 2_000_000))
            // The test waits for it below.
            let task = Task {
                await vaultErrorCode {
                    try await vault.writeChunk(
                        0, of: file, key: key, layout: layout, expectedDigest: nil, body: stream)
                }
            }
            task.cancel()
            #expect(await task.value == .interrupted)
            #expect(try await vault.files(olderThan: .distantFuture).isEmpty)
        }
    }

    @Test(arguments: VaultKind.available)
    func removesFilesAndFindsOrphans(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let vault = house.vault
            let first = try await house.store(random.bytes(300_000), chunkSize: 100_000)
            let second = try await house.store(random.bytes(10), chunkSize: 100_000)
            #expect(try await Set(vault.files(olderThan: .distantFuture)) == [first.id, second.id])
            #expect(try await vault.files(olderThan: .distantPast).isEmpty)
            let objects = try await vault.objects(of: first.id, olderThan: .distantFuture)
            #expect(Set(objects.map(\.name)) == Set(first.chunks.map(\.objectName)))
            #expect(objects.allSatisfy { $0.size == 100_000 + 2 * 28 })
            #expect(try await vault.objects(of: first.id, olderThan: .distantPast).isEmpty)
            try await vault.remove(first.id)
            try await vault.remove(first.id)
            #expect(try await vault.files(olderThan: .distantFuture) == [second.id])
            #expect(await vaultErrorCode { try await vault.read(first) } == .missing)
            #expect(try await vault.objects(of: first.id, olderThan: .distantFuture).isEmpty)
            // A late chunk makes the folder again.
            let late = try await vault.writeChunk(
                0, of: first.id, key: first.key, layout: first.layout, bytes: ByteBuffer(repeating: 0, count: 100_000))
            #expect(try await house.sealed(late, of: first.id).count == 100_000 + 2 * 28)
        }
    }

    @Test(arguments: VaultKind.available)
    func piecesThatAreKeptStayAsTheyCame(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            // Memory goes round while a file is read, but not under somebody who still holds a piece.
            let content = house.random.bytes(6_000_000)
            let file = try await house.store(content, chunkSize: 2_500_000)
            var kept: [ByteBuffer] = []
            for try await piece in try await house.vault.read(file) { kept.append(piece) }
            #expect(kept.count > 6)
            #expect(kept.flatMap { Array($0.readableBytesView) } == content)
            await house.vault.shutdown()
        }
    }

    @Test(arguments: VaultKind.available, ["", "../../x", "0/../..", "x", ".", "..", "0.aa/b", "0.AA", "incoming"])
    func objectNamesLeadNowhereElse(kind: VaultKind, name: String) async throws {
        try await VaultHouse.with(kind) { house in
            let code = await vaultErrorCode {
                try await house.vault.removeObject(name, of: VaultFileID(random: random))
            }
            #expect(code == .missing)
        }
    }

    @Test(arguments: VaultKind.available) func knowsThatItCanWrite(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            try await house.vault.checkWritable()
            #expect(try await house.vault.removeLeftovers() == 0)
            #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
        }
    }

    @Test(arguments: VaultKind.available) func isOfNoUseAfterShutdown(kind: VaultKind) async throws {
        try await VaultHouse.with(kind) { house in
            let file = try await house.store([1, 2, 3], chunkSize: 65_536)
            await house.vault.shutdown()
            #expect(await vaultErrorCode { try await house.vault.read(file).collected() } == .closed)
            #expect(await vaultErrorCode { try await house.store([1], chunkSize: 65_536) } == .closed)
        }
    }
}

/// Whether everything must run.
let isCI = ProcessInfo.processInfo.environment["CI"] == "true"
