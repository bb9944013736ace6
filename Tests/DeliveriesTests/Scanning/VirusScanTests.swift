import FileVault
import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct VirusScanTests {
    private let scanner = ScriptedScanner()
    private let origin = RequestOrigin(clientAddress: "192.0.2.1", userAgent: "")

    private func house(_ settings: [String: String] = [:]) async throws -> DeliveryHouse {
        let house = try await DeliveryHouse(settings: ["scan.clamd": "/run/clamd"].merging(settings) { $1 })
        let administrator = Account(
            id: house.parts.newID(house.now), email: try .init(parsing: "admin@kunde.example"), name: "Admin",
            isAdministrator: true, state: .active, language: .english, passwordHash: nil, createdAt: house.now)
        try await house.database.write { try $0.accounts.insert(administrator) }
        return house
    }

    /// Runs the job as the housekeeping does; whether it succeeded.
    private func scan(_ house: DeliveryHouse) async -> Bool {
        house.pass(120)
        await Housekeeping(house.parts, only: VirusScanJob(house.parts, scanner: scanner)).runDue()
        return (try? await FailingJobs(house.database).list()["virus-scan"]) == nil
    }

    private func link(_ delivery: Delivery, _ house: DeliveryHouse) async throws -> String {
        try await house.linkText(of: try await house.recipients(of: delivery)[0])
    }

    private func states(_ delivery: Delivery, _ house: DeliveryHouse) async throws -> [FileScan.State] {
        try await house.database.read { try $0.files.files(of: delivery.id).map(\.scan.state) }
    }

    private func kinds(_ house: DeliveryHouse) async throws -> [MailKind?] {
        try await house.mails().map(\.entry.kind).filter { $0 == .virusFound || $0 == .scannerSilent }
    }

    @Test func `files can be fetched when all were looked at`() async throws {
        let house = try await house()
        let delivery = try await house.sent(files: [("a", [1]), ("b", [1, 2])])
        let link = try await link(delivery, house)
        #expect(try await house.fetching.open(link).scan == .checking)
        #expect(await code { try await house.fetching.grant(link, cookie: nil, file: nil) } == .beingScanned)
        #expect(await scan(house))
        #expect(scanner.sizes.sorted() == [1, 2])
        #expect(try await states(delivery, house) == [.clean, .clean])
        let granted = try await house.fetching.grant(link, cookie: nil, file: nil)
        #expect(try await house.take(granted).isEmpty == false)
        // Told once, when the last of them was looked at.
        #expect(try await house.events(of: delivery).filter { $0 == .filesChecked } == [.filesChecked])
        // Nothing is looked at twice.
        #expect(await scan(house))
        #expect(scanner.sizes.count == 2)
        #expect(try await VirusScanJob(house.parts, scanner: scanner).hasWork() == false)
    }

    @Test func `without a scanner nothing waits`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let link = try await link(delivery, house)
        #expect(try await house.fetching.open(link).scan == .passed)
        _ = try await house.fetching.grant(link, cookie: nil, file: nil)
        #expect(try await VirusScanJob(house.parts, scanner: scanner).hasWork() == false)
        _ = try await VirusScanJob(house.parts, scanner: scanner).run(now: house.now)
        #expect(scanner.sizes.isEmpty)
    }

    @Test func `a find holds the whole delivery and is told`() async throws {
        let house = try await house()
        scanner.say(.found("Eicar"), ofSize: 2)
        let delivery = try await house.sent(files: [("a", [1]), ("böse.zip", [1, 2])])
        #expect(await scan(house))
        let link = try await link(delivery, house)
        let rows = try await house.database.read { try $0.files.files(of: delivery.id) }
        for file in [nil, rows[0].id, rows[1].id] {
            #expect(await code { try await house.fetching.grant(link, cookie: nil, file: file) } == .heldBack)
        }
        #expect(try await house.fetching.open(link).scan == .held)
        #expect(rows[1].scan.finding == "Eicar" && rows[1].scan.scanner == "ClamAV 1")
        #expect(try await house.events(of: delivery).contains(.virusFound))
        let mails = try await house.mails().filter { $0.entry.kind == .virusFound }
        #expect(Set(mails.map(\.entry.to.wireForm)) == ["anna@kunde.example", "admin@kunde.example"])
        for mail in mails { #expect(mail.mail.plainText.contains("böse.zip") && mail.mail.plainText.contains("Eicar")) }
        // The administrator does not read along.
        let subjects = mails.filter { $0.mail.plainText.contains(delivery.subject) }
        #expect(subjects.map(\.entry.to.wireForm) == ["anna@kunde.example"])
        #expect(try await HeldFiles(house.parts, scanner: scanner).list().files.map(\.file.id) == [rows[1].id])
    }

    @Test(arguments: [
        ("administrators", ["admin@kunde.example"]), ("sender", ["anna@kunde.example"]),
        ("addresses", ["it@kunde.example"]),
    ])
    func `a find is told to whom the settings name`(to: String, readers: [String]) async throws {
        let house = try await house([
            "notify.virus-found.to": to, "notify.virus-found.addresses": to == "addresses" ? "it@kunde.example" : "",
        ])
        scanner.say(.found("Eicar"), ofSize: 2)
        let delivery = try await house.sent(files: [("a", [1, 2])])
        #expect(await scan(house))
        let mails = try await house.mails().filter { $0.entry.kind == .virusFound }
        #expect(mails.map(\.entry.to.wireForm) == readers)
        #expect(mails.map { $0.mail.plainText.contains(delivery.subject) } == [to == "sender"])
    }

    @Test func `a released file can be fetched and a removed one withdraws the delivery`() async throws {
        let house = try await house()
        scanner.say(.found("Eicar"), ofSize: 2)
        let held = HeldFiles(house.parts, scanner: scanner)
        let first = try await house.sent(files: [("a", [1, 2])])
        let second = try await house.sent(files: [("b", [1, 2]), ("c", [1])])
        #expect(await scan(house))
        let files = try await held.list()
        #expect(files.total == 2)
        let one = try #require(files.files.first { $0.file.delivery == first.id }).file.id
        let other = try #require(files.files.first { $0.file.delivery == second.id }).file.id
        try await held.release(one, by: house.sender.id, origin: origin)
        _ = try await house.fetching.grant(link(first, house), cookie: nil, file: one)
        #expect(await code { try await held.release(one, by: house.sender.id, origin: origin) } == .notFound)
        try await held.remove(other, by: house.sender.id, origin: origin)
        #expect(try await house.stored(second)?.state == .withdrawn)
        _ = try await RemovalJob(house.parts).run(now: house.now)
        #expect(try await house.vault.files(olderThan: .distantFuture).count == 1)
        #expect(try await held.list().total == 0)
        let audit = try await house.database.read { try $0.ledger.audit(offset: 0, limit: 5) }
            .filter { $0.action.hasPrefix("file-") }
        #expect(audit.map(\.action) == ["file-removed", "file-released"])
        #expect(audit.map(\.target) == [other.description, one.description])
        // A released file is not looked at again.
        #expect(await scan(house))
        #expect(scanner.sizes.count == 3)
    }

    @Test func `a draft with a find is not sent until the file is gone`() async throws {
        let house = try await house()
        scanner.say(.found("Eicar"), ofSize: 2)
        let draft = try await house.draft(files: [("a", [1]), ("b", [1, 2])])
        #expect(await scan(house))
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(error?.fields == [FieldError("files[1]", "infected", ["name": "b", "finding": "Eicar"])])
        let held = HeldFiles(house.parts, scanner: scanner)
        let file = try #require(try await held.list().files.first)
        #expect(file.state == .draft)
        try await held.remove(file.file.id, by: nil, origin: origin)
        let sent = try await house.sending.send(draft.id, by: house.sender.id)
        #expect(try await states(sent, house) == [.clean])
        #expect(try await house.vault.files(olderThan: .distantFuture).count == 1)
    }

    @Test func `while the scanner is silent files wait and administrators are told`() async throws {
        let house = try await house()
        scanner.answer(false)
        let delivery = try await house.sent()
        let link = try await link(delivery, house)
        #expect(await scan(house) == false)
        #expect(await code { try await house.fetching.grant(link, cookie: nil, file: nil) } == .beingScanned)
        #expect(try await kinds(house) == [], "a short silence is none")
        house.pass(900)
        #expect(await scan(house) == false)
        #expect(await scan(house) == false)
        #expect(try await kinds(house) == [.scannerSilent])
        scanner.answer(true)
        #expect(await scan(house))
        _ = try await house.fetching.grant(link, cookie: nil, file: nil)
    }

    @Test func `where the settings say so, files pass with a mark and are looked at later`() async throws {
        let house = try await house(["scan.unreachable": "pass"])
        scanner.answer(false)
        scanner.say(.found("Eicar"), ofSize: 3)
        let delivery = try await house.sent(files: [("a", [1, 2, 3])])
        let link = try await link(delivery, house)
        #expect(try await house.fetching.open(link).scan == .checking)
        #expect(await scan(house) == false)
        #expect(try await house.fetching.open(link).scan == .passedUnseen)
        let granted = try await house.fetching.grant(link, cookie: nil, file: nil)
        let running = try await house.downloads.begin(granted.address.text, cookies: [granted.known.cookie])
        scanner.answer(true)
        #expect(await scan(house))
        #expect(try await states(delivery, house) == [.found])
        // What is found late cuts what runs.
        var pieces = running.body.makeAsyncIterator()
        await #expect(throws: DeliveriesError(.heldBack)) { while try await pieces.next() != nil {} }
        #expect(await code { try await house.take(granted) } == .heldBack)
        #expect(try await kinds(house) == [.virusFound, .virusFound])
    }

    @Test func `a file at which the scanner breaks off holds up no other`() async throws {
        let house = try await house()
        scanner.breakOff(atSize: 5)
        let poison = try await house.sent(files: [("p", [1, 2, 3, 4, 5])])
        var others: [Delivery] = []
        for _ in 0..<40 { others.append(try await house.sent(files: [("a", [1])])) }
        #expect(await scan(house) == false)
        for other in others { #expect(try await states(other, house) == [.clean]) }
        #expect(try await states(poison, house) == [.waiting])
        scanner.breakOff(atSize: 5, false)
        #expect(await scan(house))
        #expect(try await states(poison, house) == [.clean])
    }

    @Test(arguments: [("pass", DeliveryScan.passedUnseen), ("hold", .held)])
    func `what is too large passes with a mark or is held`(_ rule: String, _ expected: DeliveryScan) async throws {
        let house = try await house(["scan.too-large": rule, "scan.largest": "3"])
        scanner.say(.tooLarge, ofSize: 2)
        let ours = try await house.sent(files: [("a", [1, 2, 3, 4])])
        let theirs = try await house.sent(files: [("b", [1, 2])])
        #expect(await scan(house))
        #expect(scanner.sizes == [2], "what is larger than our own limit is not sent at all")
        for delivery in [ours, theirs] {
            #expect(try await house.fetching.open(link(delivery, house)).scan == expected)
            #expect(try await states(delivery, house) == [.tooLarge])
        }
        let held = HeldFiles(house.parts, scanner: scanner)
        #expect(try await held.list().total == (rule == "hold" ? 2 : 0))
    }

    @Test func `what cannot be read is not looked at again and again`() async throws {
        let house = try await house()
        let delivery = try await house.sent()
        for file in try await house.vault.files(olderThan: .distantFuture) { try await house.vault.remove(file) }
        #expect(await scan(house))
        #expect(try await states(delivery, house) == [.damaged])
        #expect(try await VirusScanJob(house.parts, scanner: scanner).hasWork() == false)
    }

    @Test func `addresses of a scanner are read`() {
        #expect(ScannerAddress("/run/clamav/clamd.ctl") == .socket("/run/clamav/clamd.ctl"))
        #expect(ScannerAddress("localhost:3310")?.text == "localhost:3310")
        #expect(ScannerAddress("192.0.2.1")?.text == "192.0.2.1:3310")
        #expect(ScannerAddress("[2001:db8::1]:99")?.text == "[2001:db8::1]:99")
        for text in ["", "a b", "/", "/run/", "/" + String(repeating: "x", count: 107), "/a\u{0}", "host:0", "run/x"] {
            #expect(ScannerAddress(text) == nil, "\(text)")
        }
    }

    @Test func `one delivery stands as the least safe of its files`() {
        let rules = ScanRules(Settings(overrides: ["scan.clamd": "/c", "scan.unreachable": "pass"]))
        #expect(rules.judge([]) == .passed)
        #expect(rules.judge([.clean, .released, .damaged]) == .passed)
        #expect(rules.judge([.clean, .unreached]) == .passedUnseen)
        #expect(rules.judge([.unreached, .waiting]) == .checking)
        #expect(rules.judge([.waiting, .found]) == .held)
        let off = ScanRules(Settings())
        #expect(off.judge([.waiting, .tooLarge, .unreached]) == .passed && off.judge([.found]) == .held)
    }
}
