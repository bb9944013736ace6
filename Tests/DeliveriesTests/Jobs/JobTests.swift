import FileVault
import Foundation
import MailMessage
import MailTemplates
import NIOCore
import Storage
import Testing

@testable import Deliveries

@Suite struct JobTests {
    private struct Broken: Error {}

    private struct CountingJob: LeasedJob {
        let name: String
        let body: @Sendable (Date) async throws -> Date
        func run(now: Date) async throws -> Date { try await body(now) }
    }

    @Test func `expiry, grace period and removal by the clock`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        _ = try await ExpiryJob(house.parts).run(now: house.now)
        #expect(try await house.stored(delivery)?.state == .sent)
        house.pass(14 * 86_400)
        _ = try await ExpiryJob(house.parts).run(now: house.now)
        _ = try await RemovalJob(house.parts).run(now: house.now)
        #expect(try await house.stored(delivery)?.state == .expired)
        #expect(try await house.mails().allSatisfy { $0.entry.state == .cancelled })
        #expect(try await house.vault.files(olderThan: .distantFuture).count == 1)
        house.pass(14 * 86_400)
        _ = try await RemovalJob(house.parts).run(now: house.now)
        #expect(try await house.stored(delivery)?.state == .removed)
        #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
        let file = try #require(try await house.database.read { try $0.files.files(of: delivery.id).first })
        #expect(file.name == "Befund.pdf" && file.sealedKeyWraps.isEmpty && file.sealedManifest == nil)
        #expect(try await house.events(of: delivery) == [.sent, .expired, .removed])
        #expect(try await house.fetching.open(link).state == .removed)
        #expect(await code { try await house.actions.extend(delivery.id, by: house.sender.id, days: 1) } == .expired)
    }

    @Test func `what was withdrawn loses its files at once and stays withdrawn`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        try await house.actions.withdraw(delivery.id, by: house.sender.id)
        for _ in 0..<2 { _ = try await RemovalJob(house.parts).run(now: house.now) }
        #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
        #expect(try await house.fetching.open(link).state == .withdrawn)
        #expect(try await house.events(of: delivery) == [.sent, .withdrawn, .removed])
    }

    @Test func `only those who have not fetched are reminded, once, and not of what is new`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        try await house.handOver(delivery)
        try await house.fetchAll(delivery, by: 0)
        let short = try await house.sent(form: DraftForm(recipients: "kurz@x.example", subject: "S", lifetimeDays: 2))
        try await house.handOver(short)
        func reminded() async throws -> [String] {
            _ = try await ReminderJob(house.parts).run(now: house.now)
            return try await house.mails().filter { $0.entry.kind == .reminder }.map(\.entry.to.wireForm)
        }
        #expect(try await reminded().isEmpty)
        house.pass(86_400)
        #expect(try await reminded() == ["kurz@x.example"])
        house.pass(10 * 86_400 + 60)
        #expect(try await reminded() == ["kurz@x.example", "clara@amt.example"])
        #expect(try await reminded().count == 2)
        #expect(try await house.events(of: delivery).last == .reminded)
    }

    @Test func `of a message without files, only those are reminded who have not opened it`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(files: [])
        try await house.handOver(delivery)
        _ = try await house.fetching.act(
            try await house.linkText(of: try await house.recipients(of: delivery)[0]), cookie: nil)
        house.pass(11 * 86_400 + 60)
        _ = try await ReminderJob(house.parts).run(now: house.now)
        let reminders = try await house.mails().filter { $0.entry.kind == .reminder }
        #expect(reminders.map(\.entry.to.wireForm) == ["clara@amt.example"])
    }

    @Test func `abandoned drafts go, with what was uploaded`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        house.pass(168 * 3600 - 60)
        _ = try await AbandonedDraftJob(house.parts).run(now: house.now)
        #expect(try await house.stored(draft) != nil)
        house.pass(120)
        _ = try await AbandonedDraftJob(house.parts).run(now: house.now)
        #expect(try await house.stored(draft) == nil)
        #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
    }

    @Test func `orphans go, what counts stays`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(files: [("a", content(500))])
        let file = try await house.database.read { try $0.files.files(of: delivery.id)[0] }
        let keys = house.parts.keys
        let known = try await house.database.read { try $0.vaultFile(of: file, keys: keys) }
        // A chunk whose row was never written, and a file whose rows are gone.
        _ = try await house.vault.writeChunk(
            0, of: file.vaultFile, key: known.key, layout: known.layout, bytes: .init(bytes: content(500)))
        let lost = VaultFileID(random: house.parts.random)
        _ = try await house.vault.writeChunk(
            0, of: lost, key: FileKey(random: house.parts.random), layout: FileLayout(size: 3),
            bytes: .init(bytes: [1, 2, 3]))
        // The files' times are the computer's; the house's clock is moved well beyond them.
        let later = Date().addingTimeInterval(2 * OrphanJob.age)
        _ = try await OrphanJob(house.parts).run(now: later)
        #expect(try await house.vault.files(olderThan: .distantFuture) == [file.vaultFile])
        #expect(
            try await house.vault.objects(of: file.vaultFile, olderThan: .distantFuture).map(\.name)
                == known.chunks.map(\.objectName))
    }

    @Test func `whole files get their SHA-256, damaged ones do not stop the rest`() async throws {
        let house = try await DeliveryHouse()
        let bytes = content(3_000)
        let delivery = try await house.sent(files: [("kaputt", [7, 7]), ("a", bytes)])
        let files = try await house.database.read { try $0.files.files(of: delivery.id) }
        let objects = try await house.vault.objects(of: files[0].vaultFile, olderThan: .distantFuture)
        try await house.vault.removeObject(objects[0].name, of: files[0].vaultFile)
        _ = try await ChecksumJob(house.parts).run(now: house.now)
        let after = try await house.database.read { try $0.files.files(of: delivery.id) }
        #expect(after.map(\.sha256) == ["", ContentDigest(of: bytes).hex])
    }

    @Test func `what is kept for a while is forgotten after it`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(form: DraftForm(recipients: "b@x.example", subject: "S", level: 2))
        let recipient = try await house.recipients(of: delivery)[0]
        let link = try await house.linkText(of: recipient)
        _ = try await house.fetching.open(
            link, visit: PageVisit(origin: RequestOrigin(clientAddress: "192.0.2.9"), isHead: true))
        try await house.traces.flush()
        _ = try await house.fetching.askCode(link, cookie: nil)
        try await house.handOver(delivery)
        house.pass(RetentionJob.retention - 60)
        _ = try await RetentionJob(house.parts).run(now: house.now)
        #expect(try await house.database.read { try $0.visits.scannerVisits(of: delivery.id) } == [recipient.id: 1])
        house.pass(120)
        _ = try await RetentionJob(house.parts).run(now: house.now)
        #expect(try await house.database.read { try $0.visits.scannerVisits(of: delivery.id) }.isEmpty)
        let id = recipient.id
        let entry = try await house.database.read { transaction in
            try transaction.outbox.newestEntry(of: id, kind: .delivery).flatMap { try transaction.outbox.entry($0.id) }
        }
        #expect(entry?.state == .handedOver && entry?.sealedMail.isEmpty == true)
    }

    @Test func `each job runs when it is due, and one that fails holds up no other`() async throws {
        let house = try await DeliveryHouse()
        let counts = Counter()
        let jobs: [any LeasedJob] = [
            CountingJob(name: "broken") { _ in
                counts.add("broken")
                throw Broken()
            },
            CountingJob(name: "good") { now in
                counts.add("good")
                return now.addingTimeInterval(300)
            },
        ]
        let housekeeping = Housekeeping(house.parts, jobs: jobs)
        let next = await housekeeping.runDue()
        #expect(counts.all == ["broken": 1, "good": 1])
        #expect(next == house.now.addingTimeInterval(Housekeeping.retryInterval))
        house.pass(60)
        await housekeeping.runDue()
        #expect(counts.all == ["broken": 2, "good": 1])
        house.pass(240)
        // Another process on the same database, just started: the rows say what is due.
        await Housekeeping(house.parts, jobs: jobs).runDue()
        await housekeeping.runDue()
        #expect(counts.all["good"] == 2)
    }

    @Test func `the usual jobs run over an empty and over a full house`() async throws {
        let house = try await DeliveryHouse()
        await Housekeeping(house.parts).runDue()
        _ = try await house.sent()
        house.pass(86_400)
        await Housekeeping(house.parts).runDue()
        #expect(Set(Housekeeping(house.parts).jobs.map(\.name)).count == 10)
    }
}
