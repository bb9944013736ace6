import Foundation
import Logging
import NIOCore
import Secrets
import Synchronization
import Testing

@testable import FileVault
@testable import FileVaultS3

@Suite struct S3VaultTests {
    let random = SeededRandomSource(seed: 21)
    let store = StoreInMemory()

    private func vault(_ bucket: S3Bucket = StoreInMemory.bucket, settings: S3Vault.Settings = .init(threads: 1))
        -> S3Vault
    {
        S3Vault(
            client: store.client(bucket), settings: settings, random: SeededRandomSource(seed: 22),
            now: { Date(timeIntervalSince1970: 1_800_000_000) }, logger: Logger(label: "test"))
    }

    private struct Stored {
        let vault: S3Vault
        let file: VaultFile
        let content: [UInt8]
    }

    private func stored(_ size: Int, chunkSize: Int = 8 << 20) async throws -> Stored {
        let vault = vault()
        let content = random.bytes(size)
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: Int64(size), chunkSize: chunkSize)
        var chunks: [StoredChunk] = []
        for index in 0..<layout.chunkCount {
            let begin = Int(layout.offset(ofChunk: index))
            let part = content[begin..<begin + layout.plainSize(ofChunk: index)]
            chunks.append(
                try await vault.writeChunk(
                    index, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: part)))
        }
        let manifest = try FileManifest(file: file, layout: layout, chunks: chunks)
        let complete = try VaultFile(
            id: file, key: key, chunks: chunks, manifest: manifest.sealed(with: key, random: random))
        return Stored(vault: vault, file: complete, content: content)
    }

    private func read(_ stored: Stored, _ range: Range<Int64>? = nil) async throws -> [UInt8] {
        let bytes = try await stored.vault.read(stored.file, range: range ?? 0..<stored.file.size)
        return try await bytes.reduce(into: []) { $0 += Array($1.readableBytesView) }
    }

    private func failure(_ work: () async throws -> some Any) async -> VaultError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? VaultError
        }
    }

    @Test func aChunkIsOneObjectAndTheStoreSeesCiphertextOnly() async throws {
        let stored = try await stored(200_000, chunkSize: 100_000)
        let hex = Hex.encode(stored.file.id.bytes)
        #expect(
            store.keys == stored.file.chunks.map { "p/files/\(hex.suffix(2))/\(hex)/\($0.objectName)" }.sorted())
        #expect(store.state.withLock { $0.objects.values.map(\.count) } == [100_056, 100_056])
        let stolen = store.state.withLock { $0.objects.values.map { Array($0) } }
        #expect(stolen.allSatisfy { !Data($0).contains(Data(stored.content.prefix(64))) })
        #expect(try await read(stored) == stored.content)
        #expect(
            store.requests.filter { $0.method == "PUT" }.allSatisfy { request in
                request.headers.contains { $0.name == "Authorization" && $0.value.contains("content-md5;") }
            })
        #expect(store.requests.allSatisfy { request in !request.headers.contains { $0.value.contains("hidden") } })
    }

    @Test func onlyTheRecordsThatAreNeededAreFetched() async throws {
        let stored = try await stored(5_000_000, chunkSize: 3_000_000)
        let before = store.requests.count
        #expect(try await read(stored, 70_000..<70_010) == Array(stored.content[70_000..<70_010]))
        #expect(try await read(stored, 2_999_999..<3_000_001) == Array(stored.content[2_999_999..<3_000_001]))
        let ranges = store.requests.dropFirst(before).map { $0.headers.first { $0.name == "Range" }?.value }
        // The second record; the last of the first chunk, and the first of the second.
        #expect(ranges == ["bytes=65564-131127", "bytes=2949120-3001287", "bytes=0-65563"].map { fixed($0) })
    }

    /// Where the last record of the first chunk stands.
    private func fixed(_ range: String) -> String {
        guard range.hasPrefix("bytes=2949") else { return range }
        return "bytes=\(45 * 65_564)-\(3_000_000 + 46 * 28 - 1)"
    }

    @Test func whatPassesIsTriedAgain() async throws {
        let vault = vault()
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 70_000)
        store.meet([
            .status(500, code: "InternalError"), .status(503, code: "SlowDown"), .losesTheAnswer, .hurts,
        ])
        _ = try await vault.writeChunk(
            0, of: file, key: key, layout: layout, bytes: ByteBuffer(repeating: 7, count: 70_000))
        #expect(store.requests.count == 5 && store.keys.count == 1)
        // Each pause is somewhere below a limit that doubles.
        for (pause, limit) in zip(store.pauses, [200, 400, 800, 1_600]) {
            #expect(pause >= .zero && pause <= .milliseconds(limit))
        }
        #expect(store.pauses.count == 4 && Set(store.pauses).count == 4)
    }

    @Test func aBodyThatIsCutOrHurtIsFetchedAgain() async throws {
        let stored = try await stored(300_000)
        for fault in [StoreInMemory.Fault.cuts, .hurts, .fails(.timedOut), .fails(.unreachable)] {
            store.meet([fault])
            #expect(try await read(stored) == stored.content)
        }
    }

    @Test func whatStaysWrongIsNeverHandedOut() async throws {
        let stored = try await stored(300_000)
        store.meet([.hurts, .hurts])
        let error = await failure { try await read(stored) }
        #expect(error?.code == .corrupted && error?.record == 0)
    }

    @Test func itGivesUpAfterAWhileAndLeavesWhatIsThere() async throws {
        let stored = try await stored(1_000)
        let before = store.requests.count
        store.meet(Array(repeating: .status(503, code: "SlowDown"), count: 100))
        let error = await failure { try await read(stored) }
        #expect(error?.code == .unreachable && error?.isPermanent == false)
        #expect(store.requests.count == before + 5)
        store.meet([])
        #expect(try await read(stored) == stored.content)
    }

    @Test(arguments: [
        (403, "AccessDenied", VaultError.Code.io), (403, "InvalidAccessKeyId", .io), (404, "NoSuchBucket", .io),
        (404, "NoSuchKey", .missing), (507, "", .diskFull), (403, "QuotaExceeded", .diskFull),
    ])
    func aRefusalIsNotTriedAgain(status: Int, code: String, expected: VaultError.Code) async throws {
        let stored = try await stored(1_000)
        let before = store.requests.count
        store.meet([.status(status, code: code)])
        #expect(await failure { try await read(stored) }?.code == expected)
        #expect(store.requests.count == before + 1)
    }

    @Test func theCheckSaysWhichStepFails() async throws {
        let vault = vault()
        try await vault.check()
        #expect(store.requests.map(\.method) == ["GET", "PUT", "GET", "DELETE"] && store.keys.isEmpty)
        let denied = StoreInMemory.Fault.status(403, code: "AccessDenied")
        for (faults, words) in [
            ([.status(404, code: "NoSuchBucket")], "it cannot be listed: there is no such bucket"),
            ([.none, denied], "it cannot be written to: it denies access (AccessDenied)"),
            ([.none, .none, denied], "it cannot be read from: it denies access (AccessDenied)"),
            ([.none, .none, .none, denied], "it cannot be cleared: it denies access (AccessDenied)"),
        ] as [([StoreInMemory.Fault], String)] {
            store.meet(faults)
            #expect(await failure { try await vault.check() }?.detail == words)
        }
    }

    @Test func aPrefixBelongsToOneInstallation() async throws {
        let (first, second) = (vault(), vault())
        try await first.claim(for: "eins") { $0 == "eins" }
        // Again, and after its key was renewed.
        try await first.claim(for: "neu") { ["eins", "neu"].contains($0) }
        let refused = await failure { try await second.claim(for: "zwei") { $0 == "zwei" } }
        #expect(refused?.code == .io && refused?.detail.contains("owner/eins") == true)
        #expect(await failure { try await second.claim(for: "zwei") { $0 == "zwei" } }?.code == .io)
        // The mark stays as long as nobody removes it.
        try await first.client.delete("owner/eins")
        try await second.claim(for: "zwei") { $0 == "zwei" }
        #expect(await failure { try await first.claim(for: "eins") { $0 == "eins" } }?.code == .io)
    }

    @Test func healthChecksDoNotWriteEachTime() async throws {
        let vault = vault()
        try await vault.checkWritable()
        try await vault.checkWritable()
        #expect(store.requests.map(\.method) == ["PUT", "DELETE"])
    }

    @Test(arguments: [
        (S3Bucket.Encryption.aes256, ["X-Amz-Server-Side-Encryption: AES256"]),
        (.kms(key: nil), ["X-Amz-Server-Side-Encryption: aws:kms"]),
        (
            .kms(key: "k/1"),
            [
                "X-Amz-Server-Side-Encryption: aws:kms", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id: k/1",
            ]
        ),
    ])
    func theStoreEncryptsOnRequest(encryption: S3Bucket.Encryption, expected: [String]) async throws {
        let bucket = S3Bucket(authority: "store.example", name: "files", encryption: encryption)
        try await vault(bucket).checkWritable()
        let headers = try #require(store.requests.first).headers.map { "\($0.name): \($0.value)" }
        #expect(headers.filter { $0.contains("Server-Side") } == expected)
    }

    @Test func longListingsAreReadToTheirEnd() async throws {
        let few = StoreInMemory(pageSize: 3)
        let vault = S3Vault(
            client: few.client(), settings: .init(threads: 1), random: SeededRandomSource(seed: 1),
            now: { Date(timeIntervalSince1970: 1_800_000_000) }, logger: Logger(label: "test"))
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 20, chunkSize: 1)
        for index in 0..<20 {
            _ = try await vault.writeChunk(index, of: file, key: key, layout: layout, bytes: ByteBuffer(bytes: [1]))
        }
        #expect(try await vault.objects(of: file, olderThan: .distantFuture).count == 20)
        #expect(try await vault.files(olderThan: .distantFuture) == [file])
        #expect(few.requests.count { $0.url.contains("continuation-token") } == 12)
        try await vault.remove(file)
        #expect(few.keys.isEmpty)
    }

    @Test func removingTellsOfWhatIsLeft() async throws {
        let stored = try await stored(300_000, chunkSize: 20_000)
        store.meet([.none, .status(403, code: "AccessDenied")])
        #expect(await failure { try await stored.vault.remove(stored.file.id) }?.code == .io)
        #expect(!store.keys.isEmpty)
        try await stored.vault.remove(stored.file.id)
        #expect(store.keys.isEmpty)
    }

    @Test func chunksDoNotFillTheMemory() async throws {
        let vault = vault(settings: .init(threads: 1, roomForChunks: 150_000))
        let (file, key) = (VaultFileID(random: random), FileKey(random: random))
        let layout = try FileLayout(size: 200_000, chunkSize: 100_000)
        let large = try FileLayout(size: 200_000)
        for _ in 0..<3 {
            _ = try await vault.writeChunk(
                0, of: file, key: key, layout: layout, bytes: ByteBuffer(repeating: 0, count: 100_000))
        }
        let error = await failure {
            try await vault.writeChunk(
                0, of: file, key: key, layout: large, bytes: ByteBuffer(repeating: 0, count: 200_000))
        }
        #expect(error?.code == .busy)
        // What was taken is free again.
        _ = try await vault.writeChunk(
            0, of: file, key: key, layout: layout, bytes: ByteBuffer(repeating: 0, count: 100_000))
    }
}
