import FileVault
import Foundation
import Localization
import NIOCore
import Storage
import Testing

@testable import Deliveries

@Suite struct IncomingFileTests {
    private static let small = ["deliveries.chunk-size": "65536"]

    private func content(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    /// Writes a file in pieces.
    private func stage(
        _ house: DeliveryHouse, _ name: String, _ bytes: [UInt8], piece: Int = 10_000, for draft: Delivery?,
        beside staged: [StagedFile] = []
    ) async throws -> StagedFile {
        var file = try await house.uploads.begin(
            name, mediaType: "text/plain", for: draft?.id, by: house.sender.id, beside: staged)
        var rest = bytes[...]
        while !rest.isEmpty {
            try await file.write(ByteBuffer(bytes: rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        return try await file.finish()
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
    func `a file of unknown size comes out as it went in`(size: Int) async throws {
        let house = try await DeliveryHouse(settings: Self.small)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let bytes = content(size)
        for piece in [1_000, 65_536, 300_000] {
            let staged = try await stage(house, "Größe.txt", bytes, piece: piece, for: draft)
            #expect(staged.size == Int64(size))
            try await house.uploads.keep([staged], in: draft.id, by: house.sender.id)
        }
        let keys = house.parts.keys
        let files = try await house.drafts.draft(draft.id, of: house.sender.id).files
        #expect(files.map(\.name) == ["Größe.txt", "Größe (2).txt", "Größe (3).txt"])
        for file in files {
            #expect(file.completedAt != nil && file.size == Int64(size) && file.mediaType == "text/plain")
            let whole = try await house.database.read { try $0.vaultFile(of: file, keys: keys) }
            var read: [UInt8] = []
            for try await piece in try await house.vault.read(whole) { read += Array(piece.readableBytesView) }
            #expect(read == bytes)
        }
        #expect(Set(files.map(\.treeDigest)).count == 1)
    }

    @Test func `what is staged is not in the draft, and dropped leaves nothing`() async throws {
        let house = try await DeliveryHouse(settings: Self.small)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let staged = try await stage(house, "a", content(100_000), for: draft)
        #expect(try await house.drafts.draft(draft.id, of: house.sender.id).files.isEmpty)
        var open = try await house.uploads.begin(
            "b", mediaType: "", for: draft.id, by: house.sender.id, beside: [staged])
        try await open.write(ByteBuffer(bytes: content(70_000)))
        #expect(try await house.vault.files(olderThan: .distantFuture).count == 2)
        await open.abandon()
        await house.uploads.drop([staged])
        #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
    }

    @Test func `limits hold while a file comes, and beside the others`() async throws {
        let house = try await DeliveryHouse(
            settings: [
                "deliveries.largest-file": "1000", "deliveries.largest-delivery": "1500", "deliveries.most-files": "3",
            ])
        let draft = try await house.draft(files: [("a", [1, 2, 3])])
        await #expect(throws: DeliveriesError(.tooLarge, fields: [FieldError("size", "too-large", ["most": "1000"])])) {
            try await stage(house, "b", content(1_001), piece: 100, for: draft)
        }
        let first = try await stage(house, "b", content(1_000), for: draft)
        let together = DeliveriesError(
            .tooLarge, fields: [FieldError("files", "together-too-large", ["most": "1500"])])
        await #expect(throws: together) {
            try await stage(house, "c", content(498), piece: 100, for: draft, beside: [first])
        }
        let second = try await stage(house, "c", content(497), for: draft, beside: [first])
        await #expect(throws: DeliveriesError(.tooMany, fields: [FieldError("files", "too-many", ["most": "3"])])) {
            try await stage(house, "d", [], for: draft, beside: [first, second])
        }
        try await house.uploads.keep([first, second], in: draft.id, by: house.sender.id)
        #expect(try await house.drafts.draft(draft.id, of: house.sender.id).files.map(\.size) == [3, 1_000, 497])
    }

    @Test func `what no longer fits when it is counted is dropped, all of it`() async throws {
        let house = try await DeliveryHouse(settings: ["deliveries.most-files": "2"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let staged = [
            try await stage(house, "a", [1], for: draft), try await stage(house, "b", [2], for: draft),
        ]
        let other = try await stage(house, "c", [3], for: draft)
        try await house.uploads.keep([other], in: draft.id, by: house.sender.id)
        await #expect(throws: DeliveriesError(.tooMany, fields: [FieldError("files", "too-many", ["most": "2"])])) {
            try await house.uploads.keep(staged, in: draft.id, by: house.sender.id)
        }
        #expect(try await house.drafts.draft(draft.id, of: house.sender.id).files.map(\.name) == ["c"])
        #expect(try await house.vault.files(olderThan: .distantFuture).count == 1)
    }

    @Test func `nobody adds to a delivery that was sent, or to somebody else's`() async throws {
        let house = try await DeliveryHouse()
        let staged = try await stage(house, "a", [1], for: nil)
        let sent = try await house.sent()
        await #expect(throws: DeliveriesError(.conflict)) {
            try await house.uploads.begin("b", mediaType: "", for: sent.id, by: house.sender.id, beside: [])
        }
        await #expect(throws: DeliveriesError(.conflict)) {
            try await house.uploads.keep([staged], in: sent.id, by: house.sender.id)
        }
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let stranger = AccountID(now: house.now, random: house.parts.random)
        await #expect(throws: DeliveriesError(.notFound)) {
            try await house.uploads.begin("b", mediaType: "", for: draft.id, by: stranger, beside: [])
        }
    }

    @Test func `a commit that fails counts nothing`() async throws {
        let house = try await DeliveryHouse(commitsFail: true)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let staged = try await stage(house, "a", [1], for: draft)
        house.failsCommits.turn(on: true)
        await #expect(throws: FailingDatabase.DiskFull()) {
            try await house.uploads.keep([staged], in: draft.id, by: house.sender.id)
        }
        house.failsCommits.turn(on: false)
        #expect(try await house.drafts.draft(draft.id, of: house.sender.id).files.isEmpty)
    }
}
