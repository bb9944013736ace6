import Deliveries
import Foundation
import Testing

@testable import Storage

extension Sample {
    func brandPicture(_ digit: String = "a") throws -> BrandPicture {
        let setting = "\(String(repeating: digit, count: 64)) png 240 48 3"
        return BrandPicture(
            logo: try #require(BrandLogo(setting: setting)), octets: Data([1, 2, 3]), storedAt: Sample.start)
    }
}

@Suite struct BrandPictureStoreTests {
    @Test func aPictureIsKeptUntilAllAreForgotten() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let (first, second) = (try sample.brandPicture("a"), try sample.brandPicture("b"))
        try await test.write { transaction in
            let store = transaction.brandPictures
            #expect(try store.picture(first.logo.digest) == nil)
            try store.keep(first)
            try store.keep(first)
            try store.keep(second)
            #expect(try store.picture(first.logo.digest) == first)
            #expect(try store.picture(second.logo.digest) == second)
            try store.removeAll()
            #expect(try store.picture(first.logo.digest) == nil)
        }
    }

    @Test func anOlderDatabaseGetsItsTable() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("logo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let former = try await SQLiteTestDatabase.open(
            folder, migrator: Migrator(migrations: Migration.all.filter { $0.number < Migration.brandImage.number }))
        try await former.close()
        let database = try await SQLiteTestDatabase.open(folder)
        let picture = try Sample().brandPicture()
        try await database.write { try $0.brandPictures.keep(picture) }
        #expect(try await database.read { try $0.brandPictures.picture(picture.logo.digest) } == picture)
        try await database.close()
    }
}
