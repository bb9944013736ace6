import DNS
import Deliveries
import FileVault
import Foundation
import Localization
import Logging
import MailMessage
import MailRouting
import MailTemplates
import SMTP
import Secrets
import Storage
import Synchronization
import TestDatabases
import Testing

@testable import Outbox

/// The outbox over a real database, with a clock that a test moves and the same "random" part in each pause.
final class OutboxHouse: Sendable {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)
    static let origin = RequestOrigin(clientAddress: "198.51.100.7", userAgent: "Browser/1")

    let folder: URL
    let database: any Deliveries.Database
    private let file: any StoredDatabase
    let parts: DeliveryParts
    let sender: Account
    let wakeUp = OutboxWakeUp()
    let route: SMTPRoute
    let direct: DirectRoute
    let routes: OutgoingRoutes
    let sessions = Sessions()
    let spool: MessageSpool
    let attempt: MailAttempt
    let actions: OutboxActions
    let test: MailTest
    let posts: Posts
    let tokens: AccessTokenSource
    /// Makes commits fail.
    let disk: Disk
    private let moment: Moment

    /// What a token endpoint is asked and answers.
    final class Posts: Sendable {
        private let state = Mutex<(forms: [String], answers: [(Int, String)])>(([], []))
        var forms: [String] { state.withLock { $0.forms } }
        func answer(_ status: Int = 200, _ body: String) { state.withLock { $0.answers.append((status, body)) } }
        func post(_ form: String) throws -> (status: Int, body: Data) {
            try state.withLock { state in
                state.forms.append(form)
                guard !state.answers.isEmpty else { throw CancellationError() }
                let (status, body) = state.answers.removeFirst()
                return (status, Data(body.utf8))
            }
        }
    }

    final class Disk: Sendable {
        private let state = Mutex<(failures: Int, pauses: [Duration])>((0, []))
        var pauses: [Duration] { state.withLock { $0.pauses } }
        func fail(times: Int) { state.withLock { $0.failures = times } }
        func takeFailure() -> Bool {
            state.withLock { state in
                guard state.failures > 0 else { return false }
                state.failures -= 1
                return true
            }
        }
        func pause(_ duration: Duration) { state.withLock { $0.pauses.append(duration) } }
    }

    /// What DNS says.
    let zone = InMemoryZone()

    private final class Moment: Sendable {
        let now = Mutex(OutboxHouse.start)
    }

    /// - Parameters:
    ///   - port: where the mail server is; nil: the local mailbox is the way.
    ///   - mxPort: where mail hosts listen; nil: mail is not delivered straight to them.
    ///   - settings: further settings.
    ///   - trustsIssuer: whether the authority of the tests' certificates is known.
    ///   - log: the log.
    init(
        port: Int?, mxPort: Int? = nil, settings: [String: String] = [:], trustsIssuer: Bool = true,
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws {
        let time = Moment()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("outbox-\(UUID().uuidString)")
        let random = SeededRandomSource(seed: 7)
        let now: @Sendable () -> Date = { time.now.withLock { $0 } }
        let keys = KeyRing(ephemeral: random)
        let disk = Disk()
        let file = try await TestEngine.open(folder: folder, now: now)
        self.file = file
        database = file
        let used = FailingDatabase(base: file, disk: disk)
        let vault = try await DiskVault(
            path: folder.appendingPathComponent("files").path,
            settings: DiskVault.Settings(threads: 1, synchronizingThreads: 1), random: random, logger: log)
        let wakeUp = wakeUp
        parts = DeliveryParts(
            database: used, vault: vault, keys: keys, hasher: PasswordHasher(cost: .cheap, threads: 1),
            settings: try SettingsService(database: used, keys: keys, now: now),
            composer: MailComposer(keys: keys, random: random), random: random, now: now, changes: ChangeHint(),
            mailQueued: { wakeUp.ring() }, log: log)
        let posts = Posts()
        tokens = AccessTokenSource(settings: parts.settings, now: now) { _, form in try posts.post(form) }
        route = SMTPRoute(
            settings: parts.settings, accessTokens: tokens,
            trustFile: trustsIssuer ? "\(MailServer.certificates)/ca.pem" : nil)
        direct = DirectRoute(
            DirectRoute.Configuration(port: mxPort ?? 25, egress: .everything), resolver: zone,
            policies: STSPolicies(resolver: zone, fetcher: NoPolicies(), store: NoPolicies(), now: now),
            sessions: sessions, now: now)
        routes = OutgoingRoutes([.smtp: route, .direct: direct])
        let outcomes = MailOutcome(parts)
        spool = MessageSpool(database: used, keys: keys, random: random, now: now)
        attempt = MailAttempt(
            database: used, keyRing: keys, composer: parts.composer,
            preparation: MailPreparation(
                signer: MailSigner(keys: DomainKeyVault(keys: keys), now: now, logger: log),
                spool: spool), routes: routes, outcomes: outcomes,
            messages: MessageOutcome(spool: spool, settings: parts.settings), changes: parts.changes, now: now,
            jitter: { 0.5 }, logger: log, pause: { disk.pause($0) })
        actions = OutboxActions(
            database: used, keyRing: keys, composer: parts.composer, settings: parts.settings, outcomes: outcomes,
            wakeUp: wakeUp, now: now)
        test = MailTest(
            database: used, settings: parts.settings, attempt: attempt, composer: parts.composer, resolver: zone,
            random: random, now: now)
        sender = Account(
            id: Identifier(now: Self.start, random: random), email: try EmailAddress(parsing: "anna@kunde.example"),
            name: "Anna Muster", isAdministrator: false, state: .active, language: .german, passwordHash: nil,
            createdAt: Self.start)
        self.disk = disk
        self.posts = posts
        moment = time
        let sender = sender
        try await database.write { try $0.accounts.insert(sender) }
        if let port { try await set(["mail.route": "smtp", "smtp.port": String(port)]) }
        if mxPort != nil {
            try await set([
                "mail.route": "direct", "mail.system-sender": "zustellung@depesche.example",
                "mailserver.hostname": "mx.depesche.example", "organisation.name": "Muster & Söhne",
            ])
        }
        if !settings.isEmpty { try await set(settings) }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs a test in a fresh house; its connections are closed afterwards.
    static func with(
        port: Int?, mxPort: Int? = nil, settings: [String: String] = [:], trustsIssuer: Bool = true,
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: (OutboxHouse) async throws -> Void
    ) async throws {
        let house = try await OutboxHouse(
            port: port, mxPort: mxPort, settings: settings, trustsIssuer: trustsIssuer, log: log)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(house))
        } catch {
            result = .failure(error)
        }
        await house.routes.shutDown()
        try await house.file.close()
        try result.get()
    }

    var now: Date { moment.now.withLock { $0 } }
    func pass(_ seconds: TimeInterval) { moment.now.withLock { $0.addTimeInterval(seconds) } }

    /// Changes settings; the mail server is on loopback, in the clear, unless they say otherwise.
    func set(_ values: [String: String]) async throws {
        let standard =
            values["mail.route"] == "smtp"
            ? [
                "mail.system-sender": "zustellung@depesche.example", "organisation.name": "Muster & Söhne",
                // By its address: under the name, a server of another test may have the port on IPv6.
                "smtp.host": "127.0.0.1", "smtp.security": "none",
            ] : [:]
        // A certificate is for the name.
        let named = ["starttls", "tls"].contains(values["smtp.security"]) ? ["smtp.host": "localhost"] : [:]
        try await parts.settings.set(standard.merging(named) { $1 }.merging(values) { $1 }, by: nil)
    }

    /// Sends a delivery; gives its rows in the order of the recipients.
    @discardableResult
    func send(to recipients: String = "bea@praxis.example", level: Int = 1) async throws -> [OutboxEntry] {
        let draft = try await Drafts(parts).create(by: sender.id, language: .german)
        let delivery = try await Sending(parts).send(
            draft.id, by: sender.id,
            form: DraftForm(recipients: recipients, subject: "Ihre Unterlagen", message: "Guten Tag", level: level))
        return try await entries(of: delivery.id)
    }

    /// Puts mail to an account into the outbox, such as a code.
    func enqueue(_ content: any MailContent, to: String = "bea@praxis.example") async throws -> OutboxEntry {
        let settings = try await parts.settings.current()
        let entry = try parts.composer.entry(
            content, to: Mailbox(address: try EmailAddress(parsing: to)), language: .german, settings: settings,
            now: now)
        try await database.write { try $0.outbox.insert([entry]) }
        return entry
    }

    func entries(of delivery: DeliveryID? = nil) async throws -> [OutboxEntry] {
        try await database.read { transaction in
            try transaction.outbox.entries(OutboxFilter(delivery: delivery), offset: 0, limit: 1_000).reversed()
        }
    }

    func entry(_ id: OutboxEntryID) async throws -> OutboxEntry {
        try #require(try await database.read { try $0.outbox.entry(id) })
    }

    func attempts(_ id: OutboxEntryID) async throws -> [OutboxAttempt] {
        try await database.read { try $0.outbox.attempts(of: id) }
    }

    /// What happened to a row's delivery, after its sending.
    func events(of entry: OutboxEntry) async throws -> [DeliveryEvent.Kind] {
        let delivery = try #require(entry.delivery)
        return try await database.read { try $0.events.events(of: delivery) }.map(\.kind).filter { $0 != .sent }
    }

    func lease(limit: Int = 1) async throws -> [OutboxEntry] {
        let now = now
        return try await database.write { transaction in
            try transaction.outbox.lease(
                now: now, until: now.addingTimeInterval(OutboxWorker.lease), limit: limit)
        }
    }

    /// Leases the next row and carries out one attempt, as the worker does.
    @discardableResult
    func attemptNext() async throws -> AttemptReport {
        let leased = try #require(try await lease().first)
        return try await attempt.carryOut(leased, settings: try await parts.settings.current())
    }

    /// Leases all that is due and carries out the attempt at one of them.
    func attempt(_ row: OutboxEntry) async throws {
        let leased = try #require(try await lease(limit: 100).first { $0.id == row.id })
        _ = try await attempt.carryOut(leased, settings: try await parts.settings.current())
    }

    func worker() -> OutboxWorker {
        let time = moment
        return OutboxWorker(
            database: database, settings: parts.settings, attempt: attempt, routes: routes,
            wakeUp: wakeUp,
            now: { time.now.withLock { $0 } }, logger: parts.log)
    }

    /// Waits until the database shows something; looks again after each change.
    func wait(until isReached: @escaping @Sendable (any Transaction) throws -> Bool) async throws {
        while true {
            let generation = parts.changes.generation
            if try await database.read(isReached) { return }
            await parts.changes.wait(after: generation, atMost: .seconds(60), on: ContinuousClock())
        }
    }
}

/// How TLS went, as a test looks at it.
final class Sessions: TLSSessionSink {
    private let state = Mutex<[TLSSession]>([])
    var noted: [TLSSession] { state.withLock { $0 } }
    func note(_ session: TLSSession) { state.withLock { $0.append(session) } }
}

/// No domain has an MTA-STS policy.
struct NoPolicies: STSPolicyFetcher, STSPolicyKeeper {
    func fetch(_ fetch: STSFetch) async throws(STSFetch.Failure) -> STSFetch.Response { throw .status(404) }
    func state(of domain: DNSName) async -> STSState? { nil }
    func keep(_ state: STSState) async {}
}

/// A database whose disk is full at the end of as many transactions as a test says.
struct FailingDatabase: Deliveries.Database {
    let base: any Deliveries.Database
    let disk: OutboxHouse.Disk

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await base.write { transaction in
            let result = try body(transaction)
            if disk.takeFailure() { throw DeliveriesError(.diskFull) }
            return result
        }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await base.read(body)
    }
}

/// The error that a use case answers with.
func refusal(_ body: () async throws -> Void) async -> DeliveriesError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? DeliveriesError
    }
}
