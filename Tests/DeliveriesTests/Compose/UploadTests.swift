import FileVault
import Foundation
import Localization
import NIOCore
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct UploadTests {
    private static let small = ["deliveries.chunk-size": "65536"]

    @Test func `chunks in any order, repeated and at the same time, make the file`() async throws {
        let house = try await DeliveryHouse(settings: Self.small)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let bytes = content(65_536 * 5 + 1_234)
        let file = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "groß.bin", mediaType: "", size: Int64(bytes.count))
        #expect(file.chunkCount == 6 && file.mediaType == "application/octet-stream")
        let receipts = try await withThrowingTaskGroup(of: ChunkReceipt.self) { group in
            for index in [4, 0, 5, 2, 2, 0, 1, 3, 3] { group.addTask { try await house.put(index, of: file, bytes) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.filter(\.isNew).count == 6 && receipts.filter { $0.isNew && $0.fileComplete }.count == 1)
        let status = try await house.uploads.status(of: file.id, by: house.sender.id)
        #expect(status.receivedChunks == [0..<6] && status.octets == Int64(bytes.count))
        #expect(status.file.completedAt != nil && status.file.sealedManifest != nil)
        let keys = house.parts.keys
        let whole = try await house.database.read { try $0.vaultFile(of: status.file, keys: keys) }
        var read: [UInt8] = []
        for try await piece in try await house.vault.read(whole) { read += Array(piece.readableBytesView) }
        #expect(read == bytes)
        // The duplicates' objects are gone.
        #expect(try await house.vault.objects(of: file.vaultFile, olderThan: .distantFuture).count == 6)
    }

    @Test func `any order with any repetition makes the same file`() async throws {
        let house = try await DeliveryHouse(settings: Self.small)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let bytes = content(65_536 * 3 + 1)
        let random = SeededRandomSource(seed: 5)
        var digests: Set<String?> = []
        for number in 0..<12 {
            let file = try await house.uploads.addFile(
                to: draft.id, by: house.sender.id, name: "\(number)", mediaType: "", size: Int64(bytes.count))
            var arrived: Set<Int> = []
            while arrived.count < 4 {
                let index = Int(random.uniform(below: 4))
                let receipt = try await house.put(index, of: file, bytes)
                #expect(receipt.isNew == arrived.insert(index).inserted)
                #expect(receipt.fileComplete == (arrived.count == 4))
            }
            digests.insert(try await house.uploads.status(of: file.id, by: house.sender.id).file.treeDigest)
        }
        #expect(digests.count == 1 && digests.first != .some(nil))
    }

    @Test func `a commit that fails loses nothing that was acknowledged, and counts nothing else`() async throws {
        let house = try await DeliveryHouse(settings: Self.small, commitsFail: true)
        let draft = try await house.draft(files: [("a", [1])])
        let bytes = content(70_000)
        let file = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "b", mediaType: "", size: Int64(bytes.count))
        try await house.put(0, of: file, bytes)
        house.failsCommits.turn(on: true)
        await #expect(throws: FailingDatabase.DiskFull()) { try await house.put(1, of: file, bytes) }
        let status = try await house.uploads.status(of: file.id, by: house.sender.id)
        #expect(status.receivedChunks == [0..<1] && status.file.completedAt == nil)
        house.failsCommits.turn(on: false)
        #expect(try await house.put(1, of: file, bytes).fileComplete)
        house.failsCommits.turn(on: true)
        await #expect(throws: FailingDatabase.DiskFull()) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        house.failsCommits.turn(on: false)
        #expect(try await house.stored(draft)?.state == .draft)
        #expect(try await house.mails().isEmpty)
        #expect(try await house.recipients(of: draft).isEmpty)
        try await house.sending.send(draft.id, by: house.sender.id)
        #expect(try await house.mails().count == 2)
    }

    @Test(arguments: [
        (VaultError.Code.diskFull, DeliveriesError.Code.diskFull), (.busy, .busy), (.sizeMismatch, .sizeMismatch),
        (.checksumMismatch, .checksumMismatch), (.tooLarge, .tooLarge), (.io, .trouble),
        (.corrupted, .fileDamaged), (.missing, .fileDamaged), (.unreachable, .storeUnreachable),
    ])
    func `what the vault says is passed on by its name`(vault: VaultError.Code, code: DeliveriesError.Code) {
        #expect(DeliveriesError(vault: VaultError(vault, detail: "x")).code == code)
    }

    @Test func `a chunk that comes again is compared`() async throws {
        let house = try await DeliveryHouse(settings: Self.small)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let bytes = content(70_000)
        let file = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "a", mediaType: "", size: Int64(bytes.count))
        try await house.put(0, of: file, bytes)
        #expect(try await house.put(0, of: file, bytes).isNew == false)
        await #expect(throws: DeliveriesError(.chunkDiffers)) {
            try await house.put(0, of: file, content(70_000, seed: 2))
        }
        await #expect(throws: DeliveriesError(.checksumMismatch)) {
            try await house.uploads.putChunk(
                0, of: file.id, by: house.sender.id, sha256: ContentDigest(of: [1]), body: Body(Array(bytes[..<65_536]))
            )
        }
        #expect(try await house.vault.objects(of: file.vaultFile, olderThan: .distantFuture).count == 1)
    }

    @Test func `wrong chunks are refused and leave nothing`() async throws {
        let house = try await DeliveryHouse(settings: Self.small)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let bytes = content(70_000)
        let file = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "a", mediaType: "", size: Int64(bytes.count))
        let uploads = house.uploads
        let sender = house.sender.id
        for index in [-1, 2, 1_000_000] {
            await #expect(throws: DeliveriesError(.chunkOutOfRange)) {
                try await uploads.putChunk(index, of: file.id, by: sender, body: Body([1]))
            }
        }
        await #expect(throws: DeliveriesError(.sizeMismatch)) {
            try await uploads.putChunk(1, of: file.id, by: sender, size: 5, body: Body([1]))
        }
        let codes = [
            await code { try await uploads.putChunk(1, of: file.id, by: sender, body: Body([1])) },
            await code { try await uploads.putChunk(1, of: file.id, by: sender, body: Body(content(9_000))) },
            await code {
                try await uploads.putChunk(
                    1, of: file.id, by: sender, sha256: ContentDigest(of: [9]),
                    body: Body(Array(bytes[65_536...])))
            },
        ]
        #expect(codes == [.sizeMismatch, .sizeMismatch, .checksumMismatch])
        await #expect(throws: Body.BrokenOff()) {
            try await uploads.putChunk(
                1, of: file.id, by: sender, body: Body(Array(bytes[65_536...]), breaksOffAfter: 2_000))
        }
        let stranger = AccountID(now: house.now, random: house.parts.random)
        await #expect(throws: DeliveriesError(.notFound)) {
            try await uploads.putChunk(1, of: file.id, by: stranger, body: Body(Array(bytes[65_536...])))
        }
        let status = try await uploads.status(of: file.id, by: sender)
        #expect(status.receivedChunks.isEmpty && status.octets == 0)
        #expect(try await house.vault.objects(of: file.vaultFile, olderThan: .distantFuture).isEmpty)
    }

    @Test func `the limits of the settings hold`() async throws {
        let house = try await DeliveryHouse(settings: [
            "deliveries.largest-file": "1000", "deliveries.largest-delivery": "1500", "deliveries.most-files": "2",
        ])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        @Sendable func add(_ size: Int64) async -> DeliveriesError.Code? {
            await code {
                try await house.uploads.addFile(
                    to: draft.id, by: house.sender.id, name: "x", mediaType: "", size: size)
            }
        }
        #expect(await add(1_001) == .tooLarge)
        #expect(await add(-1) == .invalid)
        #expect(await add(.max) == .tooLarge)
        #expect(await add(1_000) == nil)
        #expect(await add(501) == .tooLarge)
        #expect(await add(500) == nil)
        #expect(await add(0) == .tooMany)
        let names = try await house.drafts.draft(draft.id, of: house.sender.id).files.map(\.name)
        #expect(names == ["x", "x (2)"])
    }

    @Test func `an empty file has one empty chunk`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let file = try await house.upload([], as: "leer.txt", to: draft.id)
        #expect(try await house.uploads.status(of: file.id, by: house.sender.id).file.completedAt != nil)
    }

    @Test func `a removed file is gone from the vault, and its chunks are refused`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let file = try await house.upload([1, 2, 3], as: "a", to: draft.id)
        try await house.uploads.removeFile(file.id, by: house.sender.id)
        #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
        await #expect(throws: DeliveriesError(.notFound)) { try await house.put(0, of: file, [1, 2, 3]) }
    }
}

/// The code of the error that something throws; nil if it throws none.
func code<Result>(_ body: () async throws -> Result) async -> DeliveriesError.Code? {
    do {
        _ = try await body()
        return nil
    } catch let error as DeliveriesError {
        return error.code
    } catch {
        return .trouble
    }
}
