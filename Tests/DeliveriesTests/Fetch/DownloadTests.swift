import FileVault
import Foundation
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct DownloadTests {
    private static let small = ["deliveries.chunk-size": "65536"]

    private func prepared(
        _ files: [(name: String, content: [UInt8])]
    ) async throws -> (house: DeliveryHouse, delivery: Delivery, link: String, files: [DeliveryFile]) {
        let house = try await DeliveryHouse(settings: Self.small)
        let delivery = try await house.sent(files: files)
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let rows = try await house.database.read { try $0.files.files(of: delivery.id) }
        return (house, delivery, link, rows)
    }

    @Test func `a whole transfer counts, is told once, and is remembered`() async throws {
        let bytes = content(200_000)
        let (house, delivery, link, files) = try await prepared([("a.bin", bytes), ("b.txt", [1])])
        let granted = try await house.fetching.grant(link, cookie: nil, file: files[0].id)
        #expect(granted.fileName == "a.bin")
        #expect(try await house.take(granted) == bytes)
        try await house.take(granted)
        let events = try await house.events(of: delivery)
        #expect(events == [.sent, .opened, .fetched])
        #expect(try await house.fetching.open(link, cookie: granted.known.cookie).fetched == [files[0].id])
        let second = try await house.fetching.grant(link, cookie: granted.known.cookie, file: files[1].id)
        #expect(try await house.take(second) == [1])
        #expect(try await house.events(of: delivery).suffix(2) == [.fetched, .allFetched])
        let status = try await house.overview.detail(of: delivery.id, for: house.sender.id).recipients
        #expect(status[0].fetchedFiles.count == 2 && status[1].fetchedFiles.isEmpty)
    }

    @Test func `what is gone from the store is said so, and nothing of it is handed out`() async throws {
        let (house, _, link, files) = try await prepared([("a.bin", content(3_000))])
        let granted = try await house.fetching.grant(link, cookie: nil, file: files[0].id)
        for object in try await house.vault.objects(of: files[0].vaultFile, olderThan: .distantFuture) {
            try await house.vault.removeObject(object.name, of: files[0].vaultFile)
        }
        #expect(await code { try await house.take(granted) } == .fileDamaged)
    }

    @Test func `parts in any order make a whole, a broken transfer does not`() async throws {
        let bytes = content(150_000)
        let (house, delivery, link, files) = try await prepared([("a.bin", bytes)])
        let granted = try await house.fetching.grant(link, cookie: nil, file: files[0].id)
        let broken = try await house.downloads.begin(granted.address.text, cookies: [granted.known.cookie])
        try await house.downloads.wrote(broken, range: 0..<70_000)
        #expect(try await house.events(of: delivery) == [.sent, .opened])
        let tail = try await house.take(granted, range: .from(100_000))
        #expect(tail == Array(bytes[100_000...]))
        #expect(try await house.events(of: delivery) == [.sent, .opened])
        #expect(try await house.take(granted, range: .through(65_000, 99_999)) == Array(bytes[65_000..<100_000]))
        #expect(try await house.events(of: delivery) == [.sent, .opened, .fetched, .allFetched])
        await #expect(throws: RangeNotSatisfiable(size: 150_000)) {
            try await house.take(granted, range: .from(150_000))
        }
    }

    @Test func `the archive counts for all its files, when it is whole`() async throws {
        let (house, delivery, link, files) = try await prepared([
            ("ä.txt", [1, 2]), ("leer", []), ("c", content(70_000)),
        ])
        let granted = try await house.fetching.grant(link, cookie: nil, file: nil)
        #expect(granted.fileName == "Ihre Unterlagen.zip")
        let begun = try await house.downloads.begin(
            granted.address.text, cookies: [granted.known.cookie], range: .from(10))
        // Parts of an archive are not to be had.
        #expect(!begun.isPartial && begun.range == 0..<begun.size && begun.entityTag == nil)
        try await house.downloads.wrote(begun, range: 0..<begun.size - 1)
        #expect(try await house.events(of: delivery) == [.sent, .opened])
        let archive = try await house.take(granted)
        #expect(archive.starts(with: [0x50, 0x4B, 3, 4]) && Int64(archive.count) == begun.size)
        #expect(try await house.events(of: delivery) == [.sent, .opened, .fetched, .fetched, .fetched, .allFetched])
        let status = try await house.overview.detail(of: delivery.id, for: house.sender.id).recipients[0]
        #expect(Set(status.fetchedFiles.keys) == Set(files.map(\.id)))
    }

    @Test func `an address works in its browser and in its time only`() async throws {
        let (house, _, link, files) = try await prepared([("a", [1, 2, 3])])
        let downloads = house.downloads
        let granted = try await house.fetching.grant(link, cookie: nil, file: files[0].id)
        let (address, cookie) = (granted.address.text, granted.known.cookie)
        let stranger = try await house.fetching.act(link, cookie: nil).cookie
        #expect(await code { try await downloads.begin(address, cookies: []) } == .notFound)
        #expect(await code { try await downloads.begin(address, cookies: [stranger]) } == .notFound)
        #expect(await code { try await downloads.begin("../../etc", cookies: [cookie]) } == .notFound)
        // A HEAD begins nothing.
        house.pass(Fetching.grantLifetime - 1)
        _ = try await downloads.begin(address, cookies: [stranger, cookie], begins: false)
        _ = try await downloads.begin(address, cookies: [cookie])
        house.pass(Fetching.resumeLifetime - 1)
        #expect(await code { try await downloads.begin(address, cookies: [cookie]) } == nil)
        house.pass(1)
        #expect(await code { try await downloads.begin(address, cookies: [cookie]) } == .linkSpent)
        let late = try await house.fetching.grant(link, cookie: cookie, file: nil)
        house.pass(Fetching.grantLifetime)
        #expect(await code { try await downloads.begin(late.address.text, cookies: [cookie]) } == .linkSpent)
        let other = DeliveryFileID(now: house.now, random: house.parts.random)
        #expect(await code { try await house.fetching.grant(link, cookie: cookie, file: other) } == .notFound)
    }

    @Test func `withdrawal cuts a running transfer`() async throws {
        let bytes = content(65_536 * 40)
        let (house, delivery, link, files) = try await prepared([("a", bytes)])
        let granted = try await house.fetching.grant(link, cookie: nil, file: files[0].id)
        let download = try await house.downloads.begin(granted.address.text, cookies: [granted.known.cookie])
        var iterator = download.body.makeAsyncIterator()
        #expect(try await iterator.next() != nil)
        #expect(try await house.downloads.isStillAllowed(delivery.id))
        try await house.actions.withdraw(delivery.id, by: house.sender.id)
        #expect(try await house.downloads.isStillAllowed(delivery.id) == false)
        await #expect(throws: DeliveriesError(.withdrawn)) { try await iterator.next() }
        let begin = await code {
            try await house.downloads.begin(granted.address.text, cookies: [granted.known.cookie])
        }
        #expect(begin == .withdrawn)
    }

    @Test func `a corrected address takes the old browser's transfer away`() async throws {
        let (house, delivery, link, files) = try await prepared([("a", content(65_536 * 40))])
        let granted = try await house.fetching.grant(link, cookie: nil, file: files[0].id)
        let download = try await house.downloads.begin(granted.address.text, cookies: [granted.known.cookie])
        var iterator = download.body.makeAsyncIterator()
        _ = try await iterator.next()
        let recipient = try await house.recipients(of: delivery)[0]
        try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: "Neu <neu@x.example>")
        await #expect(throws: DeliveriesError(.notFound)) { try await iterator.next() }
    }
}
