import Deliveries
import FileVault
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Localization
import Logging
import MailMessage
import MailTemplates
import NIOCore
import Secrets
import Storage
import Synchronization
import TestDatabases
import Testing
import WebServer

@testable import WebUI

/// The pages of senders and recipients over a real database and a real vault, with a clock that a test moves.
final class DeliveryHouse: Sendable {
    static let start = Date(timeIntervalSince1970: 1_795_439_100)
    static let email = "anna@kunde.example"

    let folder: URL
    let database: any StoredDatabase
    let accounts: AccountParts
    let parts: DeliveryParts
    let traces: AccessTraces
    private let random: any RandomSource
    private let clock: Clock

    private final class Clock: Sendable {
        let time = Mutex(DeliveryHouse.start)
    }

    /// Runs a test in a fresh house, with a sender who has an account.
    static func with(
        settings: [String: String] = [:],
        _ body: @Sendable (DeliveryHouse, any TestClientProtocol) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = Clock()
        let now: @Sendable () -> Date = { clock.time.withLock { $0 } }
        let database = try await TestEngine.open(folder: folder, now: now)
        let result: Result<Void, any Error>
        do {
            let house = try await DeliveryHouse(folder, database, clock, now, settings)
            try await Users(house.accounts).addDirectly(
                email: email, name: "Anna Muster", isAdministrator: false, password: PageHouse.password)
            try await house.application().test(.router) { try await body(house, $0) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await database.close()
        try result.get()
    }

    private init(
        _ folder: URL, _ database: any StoredDatabase, _ clock: Clock, _ now: @escaping @Sendable () -> Date,
        _ settings: [String: String]
    ) async throws {
        self.folder = folder
        self.database = database
        self.clock = clock
        random = SeededRandomSource(seed: 5)
        let keys = KeyRing(ephemeral: random)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let hasher = PasswordHasher(cost: .cheap)
        // Readers of these tests have no mailbox for codes unless a test says so.
        let overrides = settings.merging(["deliveries.level": "1"]) { set, _ in set }
        let service = try SettingsService(database: database, keys: keys, overrides: overrides, now: now)
        let composer = MailComposer(keys: keys, random: random)
        accounts = AccountParts(
            database: database, keys: keys, hasher: hasher, settings: service,
            notifications: SystemNotifications(composer), random: random, now: now, mailQueued: {}, log: log)
        let vault = try await DiskVault(
            path: folder.appendingPathComponent("files").path,
            settings: DiskVault.Settings(threads: 2, synchronizingThreads: 2), random: random, logger: log)
        parts = DeliveryParts(
            database: database, vault: vault, keys: keys, hasher: hasher, settings: service, composer: composer,
            random: random, now: now, changes: ChangeHint(), mailQueued: {}, log: log)
        traces = AccessTraces(database: database)
    }

    private func application() throws -> some ApplicationProtocol {
        let router = Router(context: WebContext.self)
        let accounts = accounts
        let pages = try WebUI(
            accounts: accounts, deliveries: parts, traces: traces,
            csrf: CSRFProtection(keyRing: accounts.keys, random: random),
            resources: TemplateCheck.folder.deletingLastPathComponent())
        router.add(middleware: FrontMiddleware(hasOwnTLS: false) { try await accounts.settings.current() })
        router.add(
            middleware: SessionMiddleware(
                session: { try await SignIn(accounts).resume(cookie: $0) },
                bearer: { try await APITokens(accounts).authenticate($0) }))
        pages.add(to: router)
        return Application(responder: router.buildResponder())
    }

    /// Lets time pass.
    func pass(_ seconds: TimeInterval) { clock.time.withLock { $0.addTimeInterval(seconds) } }

    /// The sender.
    func sender() async throws -> Account {
        try #require(try await Users(accounts).account(email: Self.email))
    }

    /// A browser that the sender is signed in with.
    func senderBrowser(_ client: any TestClientProtocol) async throws -> PageReader {
        let reader = PageReader(client)
        let answer = try await reader.submit("/sign-in", ["email": Self.email, "password": PageHouse.password])
        #expect(answer.location == "/deliveries")
        return reader
    }

    /// A draft with whole files.
    func draft(files: [String] = ["Befund.pdf"], _ form: DraftForm) async throws -> Delivery {
        let sender = try await sender()
        let draft = try await Drafts(parts).create(by: sender.id, language: .german)
        for name in files {
            let content = ByteBuffer(string: "Inhalt von \(name)")
            let file = try await Uploads(parts).addFile(
                to: draft.id, by: sender.id, name: name, mediaType: "application/pdf",
                size: Int64(content.readableBytes))
            _ = try await Uploads(parts).putChunk(
                0, of: file.id, by: sender.id,
                body: AsyncStream { source in
                    source.yield(content)
                    source.finish()
                })
        }
        return try await Drafts(parts).update(draft.id, by: sender.id, form)
    }

    /// A delivery that was sent.
    func sent(files: [String] = ["Befund.pdf"], _ change: (inout DraftForm) -> Void = { _ in }) async throws -> Delivery
    {
        var form = DraftForm(
            recipients: "Bernd Beispiel <bernd@praxis.example>", subject: "Ihre Unterlagen", message: "Guten Tag")
        change(&form)
        let draft = try await draft(files: files, form)
        return try await Sending(parts).send(draft.id, by: sender().id)
    }

    /// The addresses of the recipients' pages, as their mails carry them, in the order of the recipients.
    func links(of delivery: Delivery) async throws -> [String] {
        let recipients = try await database.read { try $0.deliveries.recipients(of: delivery.id) }
        var links: [String] = []
        for recipient in recipients {
            let entry = try await database.read { transaction in
                try transaction.outbox.newestEntry(of: recipient.id, kind: .delivery).flatMap {
                    try transaction.outbox.entry($0.id)
                }
            }
            let mail = try parts.composer.open(try #require(entry)).plainText
            let start = try #require(mail.firstRange(of: "/l/"))
            links.append(String(mail[start.lowerBound...].prefix { !$0.isWhitespace }))
        }
        return links
    }

    /// The only recipient's page.
    func link(of delivery: Delivery) async throws -> String { try #require(try await links(of: delivery).first) }

    /// The recipients of a delivery.
    func recipients(of delivery: Delivery) async throws -> [Recipient] {
        try await database.read { try $0.deliveries.recipients(of: delivery.id) }
    }

    /// The delivery as it is stored.
    func stored(_ id: DeliveryID) async throws -> Delivery {
        try #require(try await database.read { try $0.deliveries.delivery(id) })
    }

    /// What happened to a delivery.
    func events(of delivery: Delivery) async throws -> [DeliveryEvent.Kind] {
        try await database.read { try $0.events.events(of: delivery.id).map(\.kind) }
    }

    /// The code in the newest mail that has one.
    func mailedCode() async throws -> String {
        let entries = try await database.read { try $0.outbox.entries(OutboxFilter(), offset: 0, limit: 100) }
        let entry = try #require(entries.filter { $0.kind == .code }.max { $0.createdAt < $1.createdAt })
        let words = try parts.composer.open(entry).plainText.split { !$0.isNumber }
        return try #require(words.first { $0.count == 6 }.map(String.init))
    }

    /// Everything that the database has on disk, to see whether it changed.
    func databaseContent() throws -> [String: Data] {
        var content: [String: Data] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let name = file.lastPathComponent
            guard !file.hasDirectoryPath, !name.hasSuffix("-shm") else { continue }
            content[name] = try Data(contentsOf: file)
        }
        return content
    }
}
