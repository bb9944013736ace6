import Foundation
import NIOCore
import Secrets
import Testing

@testable import FileVault

@Suite struct DiskVaultTests {
    let random = SeededRandomSource(seed: 61)

    @Test func readsBackEverySizeAroundTheBoundaries() async throws {
        let fixture = try await VaultFixture()
        for chunkSize in [65_536, 100_000, 200_000] {
            for edge in [0, 65_536, 100_000, 131_072, 200_000, 400_000] {
                for difference in [-1, 0, 1] where edge + difference >= 0 {
                    let content = random.bytes(edge + difference)
                    let file = try await fixture.store(content, chunkSize: chunkSize)
                    #expect(try await fixture.vault.read(file).collected() == content)
                    #expect(try await fixture.vault.sha256(of: file) == ContentDigest(of: content))
                }
            }
        }
    }

    @Test func itDoesNotMatterHowTheBodyIsCut() async throws {
        let fixture = try await VaultFixture()
        let content = random.bytes(3_000_000)
        for pieces in [1_000, 16_383, 16_384, 65_536, 100_001, 1 << 20, 3_000_000] {
            let file = try await fixture.store(content, chunkSize: 8 << 20, pieces: pieces)
            #expect(try await fixture.vault.read(file).collected() == content)
        }
        let few = random.bytes(5_000)
        #expect(try await fixture.vault.read(fixture.store(few, chunkSize: 8 << 20, pieces: 1)).collected() == few)
    }

    @Test func givesAnyRange() async throws {
        let fixture = try await VaultFixture()
        let content = random.bytes(1_000_000)
        let file = try await fixture.store(content, chunkSize: 300_000)
        var edges: [Int64] = [0, 1, 65_535, 65_536, 65_537, 262_144, 299_999, 300_000, 300_001, 600_000, 999_999]
        edges.append(1_000_000)
        for lower in edges {
            for upper in edges where upper >= lower {
                let part = try await fixture.vault.read(file, range: lower..<upper).collected()
                #expect(part == Array(content[Int(lower)..<Int(upper)]))
            }
        }
        for _ in 0..<200 {
            let lower = Int64(random.uniform(below: 1_000_000))
            let upper = lower + Int64(random.uniform(below: UInt32(1_000_001 - lower)))
            let part = try await fixture.vault.read(file, range: lower..<upper).collected()
            #expect(part == Array(content[Int(lower)..<Int(upper)]))
        }
        #expect(try await fixture.vault.read(file, range: 999_990..<2_000_000).collected() == Array(content.suffix(10)))
        #expect(try await fixture.vault.read(file, range: 5_000_000..<6_000_000).collected().isEmpty)
    }

    @Test func readsOneChunkOfAFileThatIsNotComplete() async throws {
        let fixture = try await VaultFixture()
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 1_000_000, chunkSize: 300_000)
        let part = random.bytes(300_000)
        let chunk = try await fixture.vault.writeChunk(
            2, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: part))
        #expect(chunk.plainSize == 300_000)
        let read = try await fixture.vault.readChunk(chunk, of: file, key: key, layout: layout, range: 70_000..<200_000)
        #expect(try await read.collected() == Array(part[70_000..<200_000]))
    }

    @Test func nothingIsStoredInTheClear() async throws {
        let fixture = try await VaultFixture()
        let content = Array(repeating: Array("Zustellung ".utf8), count: 10_000).flatMap { $0 }
        let file = try await fixture.store(content, chunkSize: 8 << 20)
        for name in try fixture.storedFiles() {
            let stored = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/" + name))
            #expect(stored.range(of: Data("Zustellung".utf8)) == nil)
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(stored.count == file.layout.sealedSize(ofChunk: 0))
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func aChunkSentAgainIsAnObjectOfItsOwn() async throws {
        let fixture = try await VaultFixture()
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 100_000)
        let content = random.bytes(100_000)
        let vault = fixture.vault
        let chunks = try await withThrowingTaskGroup(of: StoredChunk.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await vault.writeChunk(0, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: content))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(chunks.map(\.objectName)).count == 8)
        #expect(Set(chunks.map(\.digest)) == [ContentDigest(of: content)])
        let stored = try chunks.map { try Data(contentsOf: URL(fileURLWithPath: fixture.objectPath($0, of: file))) }
        // Nonce and ciphertext differ each time.
        #expect(Set(stored.map { $0.prefix(12) }).count == 8)
        for chunk in chunks.dropFirst() { try await vault.removeObject(chunk.objectName, of: file) }
        try await vault.removeObject(chunks[1].objectName, of: file)
        #expect(try await vault.objects(of: file, olderThan: .distantFuture).map(\.name) == [chunks[0].objectName])
    }

    @Test func refusesABodyThatIsNotTheChunk() async throws {
        let fixture = try await VaultFixture()
        let vault = fixture.vault
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
        #expect(try fixture.storedFiles().isEmpty)
        #expect(await write(Pieces(content, size: 65_536), digest: ContentDigest(of: content)) == nil)
    }

    @Test func aCancelledUploadLeavesNothing() async throws {
        let fixture = try await VaultFixture()
        let vault = fixture.vault
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
        #expect(try fixture.storedFiles().isEmpty)
    }

    @Test func leftoversOfACrashAreRemovedAtTheStart() async throws {
        let fixture = try await VaultFixture()
        let content = random.bytes(1_000)
        let file = try await fixture.store(content, chunkSize: 65_536)
        for name in ["aa", "bb"] {
            try Data([1]).write(to: URL(fileURLWithPath: fixture.path + "/incoming/" + name))
        }
        #expect(try await fixture.vault.removeLeftovers() == 2)
        #expect(try await fixture.vault.removeLeftovers() == 0)
        #expect(try await fixture.vault.read(file).collected() == content)
    }

    @Test func removesFilesAndFindsOrphans() async throws {
        let fixture = try await VaultFixture()
        let vault = fixture.vault
        let first = try await fixture.store(random.bytes(300_000), chunkSize: 100_000)
        let second = try await fixture.store(random.bytes(10), chunkSize: 100_000)
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
        #expect(FileManager.default.fileExists(atPath: fixture.objectPath(late, of: first.id)))
    }

    @Test(arguments: ["", "../../x", "0/../..", "x", ".", "..", "0.aa/b", "0.AA", "incoming"])
    func objectNamesLeadNowhereElse(name: String) async throws {
        let fixture = try await VaultFixture()
        let code = await vaultErrorCode {
            try await fixture.vault.removeObject(name, of: VaultFileID(random: random))
        }
        #expect(code == .missing)
    }

    @Test func knowsItsRoomAndThatItCanWrite() async throws {
        let fixture = try await VaultFixture()
        let space = try await fixture.vault.space()
        #expect(space.available > 0)
        #expect(space.total >= space.available)
        try await fixture.vault.checkWritable()
        #expect(try fixture.storedFiles().isEmpty)
        try FileManager.default.removeItem(atPath: fixture.path + "/incoming")
        #expect(await vaultErrorCode { try await fixture.vault.checkWritable() } == .missing)
    }

    @Test func refusesWhenTooMuchIsUnderWayAndAfterShutdown() async throws {
        let fixture = try await VaultFixture(settings: DiskVault.Settings(threads: 1, operationLimit: 1))
        let vault = fixture.vault
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 10)
        let (started, hasStarted) = AsyncStream.makeStream(of: Void.self)
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        async let first = vault.writeChunk(
            0, of: file, key: key, layout: layout, expectedDigest: nil,
            body: stream.map { buffer in
                hasStarted.yield()
                return buffer
            })
        continuation.yield(ByteBuffer(repeating: 0, count: 5))
        for await _ in started { break }
        #expect(await vaultErrorCode { try await vault.space() } == .busy)
        continuation.yield(ByteBuffer(repeating: 0, count: 5))
        continuation.finish()
        _ = try await first
        _ = try await vault.space()
        await vault.shutdown()
        #expect(await vaultErrorCode { try await vault.space() } == .closed)
    }

    @Test func piecesThatAreKeptStayAsTheyCame() async throws {
        let fixture = try await VaultFixture()
        // Memory goes round while a file is read, but not under somebody who still holds a piece.
        let content = fixture.random.bytes(6_000_000)
        let file = try await fixture.store(content, chunkSize: 2_500_000)
        var kept: [ByteBuffer] = []
        for try await piece in try await fixture.vault.read(file) { kept.append(piece) }
        #expect(kept.count > 6)
        #expect(kept.flatMap { Array($0.readableBytesView) } == content)
        await fixture.vault.shutdown()
    }

    @Test func aReaderThatStopsHoldsNothing() async throws {
        let fixture = try await VaultFixture()
        let file = try await fixture.store(random.bytes(2_000_000), chunkSize: 1_000_000)
        for _ in 0..<300 {
            var pieces = try await fixture.vault.read(file).makeAsyncIterator()
            _ = try await pieces.next()
        }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { number in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number)
            return target?.contains(fixture.path.split(separator: "/").last ?? "-") ?? false
        }
        #expect(open.count < 10)
    }

    @Test func errorsAreSafeToShow() {
        for code in VaultError.Code.allCases {
            let error = VaultError(code, file: VaultFileID(random: random), chunk: 1, record: 2, detail: "/var/secret")
            #expect(!error.publicText.contains("/var"))
            #expect(error.description.hasPrefix(code.rawValue + ": /var/secret"))
            #expect(error.description.hasSuffix("chunk 1, record 2"))
        }
    }
}
