import Deliveries
import FileVault
import Foundation
import Testing

@testable import Storage

@Suite struct FileStoreTests {
    let sample = Sample()

    private func chunk(_ index: Int, of file: DeliveryFile, size: Int = 8) -> FileChunk {
        FileChunk(file: file.id, index: index, size: size, digest: sample.hash(), objectName: "object-\(index)")
    }

    @Test func everyPartOfAFileIsKept() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let earlier = sample.file(of: stored.delivery.id, position: -1, name: "Vorne.txt")
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.files.insert(earlier)
        }
        #expect(try await test.read { try $0.files.files(of: stored.delivery.id) } == [earlier, stored.file])
        var file = stored.file
        file.name = "Übersicht (2).pdf"
        file.sealedKeyWraps = sample.octets()
        file.sealedManifest = sample.octets()
        file.treeDigest = sample.hash()
        file.sha256 = sample.hash()
        file.completedAt = Sample.after(9)
        let changed = file
        try await test.write { try $0.files.update(changed) }
        #expect(try await test.read { try $0.files.file(changed.id) } == changed)
    }

    @Test func aChunkCountsOnce() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let chunks = [chunk(2, of: stored.file, size: 4), chunk(0, of: stored.file)]
        let other = chunk(0, of: stored.file)
        try await test.write { try stored.store(in: $0) }
        for chunk in chunks { #expect(try await test.write { try $0.files.insert(chunk) }) }
        #expect(try await test.write { try $0.files.insert(other) } == false)
        let found = try await test.read { transaction in
            (
                one: try transaction.files.chunk(file: stored.file.id, index: 0),
                none: try transaction.files.chunk(file: stored.file.id, index: 1),
                all: try transaction.files.chunks(of: stored.file.id),
                progress: try transaction.files.progress(of: stored.file.id),
                known: try transaction.files.isKnown(
                    vaultFile: stored.file.vaultFile.text, objectName: "object-2"),
                unknown: try transaction.files.isKnown(
                    vaultFile: stored.file.vaultFile.text, objectName: "object-1")
            )
        }
        #expect(found.one == chunks[1])
        #expect(found.none == nil)
        #expect(found.all == [chunks[1], chunks[0]])
        #expect(found.progress == (2, 12))
        #expect(found.known)
        #expect(!found.unknown)
    }

    @Test func aChunkOfAFileThatIsGoneIsRefused() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let late = chunk(1, of: stored.file)
        let first = chunk(0, of: stored.file)
        try await test.write { transaction in
            try stored.store(in: transaction)
            _ = try transaction.files.insert(first)
            try transaction.files.remove(stored.file.id)
        }
        #expect(try await test.read { try $0.files.file(stored.file.id) } == nil)
        #expect(try await test.read { try $0.files.chunks(of: stored.file.id) } == [])
        #expect(try await test.read { try $0.files.progress(of: stored.file.id) } == (0, 0))
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.write { try $0.files.insert(late) }
        }
        #expect(error?.code == .notFound)
    }

    @Test func forgettingTheContentKeepsNamesAndSizes() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        var whole = stored.file
        whole.completedAt = Sample.after(4)
        whole.sealedManifest = sample.octets()
        let complete = whole
        let only = chunk(0, of: stored.file)
        try await test.write { transaction in
            try stored.store(in: transaction)
            _ = try transaction.files.insert(only)
            #expect(try transaction.files.filesWithoutSHA256(limit: 5) == [])
            try transaction.files.update(complete)
            #expect(try transaction.files.filesWithoutSHA256(limit: 5) == [complete])
            #expect(try transaction.files.isKnown(vaultFile: complete.vaultFile.text))
            try transaction.files.forgetContent(of: stored.delivery.id)
        }
        let vaultFile = stored.file.vaultFile.text
        #expect(try await test.read { try $0.files.isKnown(vaultFile: vaultFile) } == false)
        let file = try await test.read { try $0.files.file(stored.file.id) }
        #expect(file?.sealedKeyWraps == Data())
        #expect(file?.sealedManifest == nil)
        #expect(file?.name == stored.file.name)
        #expect(file?.size == stored.file.size)
        #expect(file?.completedAt == Sample.after(4))
        #expect(try await test.read { try $0.files.chunks(of: stored.file.id) } == [])
        #expect(try await test.read { try $0.files.filesWithoutSHA256(limit: 5) } == [])
    }

    @Test func aWrappedKeyThatWasTakenAwayIsGoneFromTheDisk() async throws {
        let test = try await SQLiteTestDatabase()
        let stored = try SampleDelivery(sample)
        try await test.write { try stored.store(in: $0) }
        try await test.write { try $0.files.forgetContent(of: stored.delivery.id) }
        // Closing writes the log into the file and removes it.
        try await test.database.close()
        let content = try Data(contentsOf: test.folder.appendingPathComponent(SQLiteDatabase.fileName))
        #expect(content.range(of: stored.link.sealedToken) != nil)
        #expect(content.range(of: stored.file.sealedKeyWraps) == nil)
    }
}
