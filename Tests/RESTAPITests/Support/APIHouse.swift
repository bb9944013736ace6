import DNS
import Deliveries
import FileVault
import Foundation
import Hummingbird
import HummingbirdTesting
import Localization
import Logging
import MailMessage
import MailTemplates
import NIOCore
import Outbox
import Secrets
import Storage
import Synchronization
import TestDatabases
import WebServer

@testable import RESTAPI

/// The JSON door before a real database and a real vault, with a clock that a test moves.
final class APIHouse: Sendable {
    /// What a test does with the running door.
    typealias Visit = @Sendable (APIHouse, Caller) async throws -> Void

    let folder: URL
    let database: any StoredDatabase
    let vault: DiskVault
    let accounts: AccountParts
    let deliveries: DeliveryParts
    let csrf: CSRFProtection
    let traces: AccessTraces
    private let pace: any Clock<Duration>
    private let moment: Moment

    private final class Moment: Sendable {
        let now = Mutex(Date(timeIntervalSince1970: 1_795_400_000))
    }

    /// Runs a test with a caller who is an administrator.
    static func open(
        _ setup: TestingSetup = .router, settings: [String: String] = [:],
        pace: any Clock<Duration> = ContinuousClock(),
        _ visit: @escaping Visit
    ) async throws {
        let house = try await APIHouse(settings: settings, pace: pace)
        let result: Result<Void, any Error>
        do {
            let token = try await house.token(email: "anna@kunde.example", isAdministrator: true)
            try await house.application().test(setup) { client in
                try await visit(house, Caller(client: client, authorization: "Bearer \(token)"))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await house.vault.shutdown()
        try await house.database.close()
        try? FileManager.default.removeItem(at: house.folder)
        try result.get()
    }

    private init(settings overrides: [String: String], pace: any Clock<Duration>) async throws {
        let moment = Moment()
        let now: @Sendable () -> Date = { moment.now.withLock { $0 } }
        let random = SeededRandomSource(seed: 11)
        var log = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .critical
        let keys = KeyRing(ephemeral: random)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("api-\(UUID().uuidString)")
        database = try await TestEngine.open(folder: folder, now: now)
        vault = try await DiskVault(
            path: folder.appendingPathComponent("files").path,
            settings: DiskVault.Settings(threads: 2, synchronizingThreads: 2), random: random, logger: log)
        let settings = try SettingsService(
            database: database, keys: keys,
            overrides: ["deliveries.chunk-size": "65536", "deliveries.level": "1"].merging(overrides) { $1 }, now: now)
        let hasher = PasswordHasher(cost: .cheap, threads: 1)
        let composer = MailComposer(keys: keys, random: random)
        accounts = AccountParts(
            database: database, keys: keys, hasher: hasher, settings: settings,
            notifications: SystemNotifications(composer), random: random, now: now, mailQueued: {}, log: log)
        deliveries = DeliveryParts(
            database: database, vault: vault, keys: keys, hasher: hasher, settings: settings, composer: composer,
            random: random, now: now, changes: ChangeHint(), mailQueued: {}, log: log)
        csrf = CSRFProtection(keyRing: keys, random: random)
        traces = AccessTraces(database: database)
        self.pace = pace
        self.moment = moment
    }

    var now: Date { moment.now.withLock { $0 } }

    /// Lets time pass.
    func pass(_ seconds: TimeInterval) {
        moment.now.withLock { $0.addTimeInterval(seconds) }
    }

    func router() throws -> Router<WebContext> {
        let signIn = SignIn(accounts)
        let tokens = APITokens(accounts)
        let outcomes = MailOutcome(deliveries)
        let settings = deliveries.settings
        let now = deliveries.now
        let route = SMTPRoute(
            settings: settings, accessTokens: AccessTokenSource(settings: settings, now: now) { _, _ in (503, Data()) })
        let spool = MessageSpool(database: database, keys: deliveries.keys, random: deliveries.random, now: now)
        let preparation = MailPreparation(
            signer: MailSigner(keys: DomainKeyVault(keys: deliveries.keys), now: now, logger: deliveries.log),
            spool: spool)
        let attempt = MailAttempt(
            database: database, keyRing: deliveries.keys, composer: deliveries.composer, preparation: preparation,
            routes: OutgoingRoutes([.smtp: route]), outcomes: outcomes,
            messages: MessageOutcome(spool: spool, settings: settings), changes: deliveries.changes, now: now,
            jitter: { 0.5 }, logger: deliveries.log)
        let outbox = OutboxActions(
            database: database, keyRing: deliveries.keys, composer: deliveries.composer, settings: settings,
            outcomes: outcomes, wakeUp: OutboxWakeUp(), now: now)
        let mailTest = MailTest(
            database: database, settings: settings, attempt: attempt, composer: deliveries.composer,
            resolver: InMemoryZone(), random: deliveries.random, now: now)
        let router = Router(context: WebContext.self)
        router.add(middleware: ErrorMiddleware(RESTAPI.problem))
        router.add(
            middleware: FrontMiddleware(hasOwnTLS: false) { Settings(overrides: ["organisation.language": "en"]) })
        router.add(middleware: BodyLimitMiddleware(limit: 64 << 20))
        router.add(
            middleware: SessionMiddleware(
                session: { try await signIn.resume(cookie: $0) }, bearer: { try await tokens.authenticate($0) }))
        try RESTAPI(
            accounts: accounts, deliveries: deliveries, outbox: outbox,
            orders: DestinationOrders(outbox: outbox, parts: deliveries),
            mailTest: mailTest, held: HeldFiles(deliveries, scanner: ScannerThatFindsAll()), csrf: csrf,
            liveEvents: LiveEvents(deliveries), clock: pace
        ).addRoutes(to: router)
        return router
    }

    private func application() throws -> some ApplicationProtocol {
        Application(
            responder: try router().buildResponder(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: deliveries.log)
    }

    static let password = "Vier Pferde im Regen"

    /// An account and the text of an API token with some scopes; all that the account may have, if none are named.
    func token(
        email: String, isAdministrator: Bool = false, scopes: Set<APIToken.Scope>? = nil
    ) async throws -> String {
        let users = Users(accounts)
        let account: Account
        if let known = try await users.account(email: email) {
            account = known
        } else {
            account = try await users.addDirectly(
                email: email, name: "Anna Muster", isAdministrator: isAdministrator, password: Self.password,
                language: .english)
        }
        let most: Set<APIToken.Scope> = account.isAdministrator ? [.send, .read, .administer] : [.send, .read]
        return try await APITokens(accounts).create(
            account: account.id, name: "Probe", scopes: scopes ?? most,
            origin: RequestOrigin(clientAddress: "198.51.100.7")
        ).text
    }

    /// The texts of a delivery's links as they stand in its mails, in the order of its recipients.
    func links(of delivery: String) async throws -> [String] {
        let mails = try await database.read { transaction in
            try transaction.outbox.entries(OutboxFilter(), offset: 0, limit: 100).filter {
                $0.kind == .delivery && $0.delivery?.description == delivery
            }
        }.sorted { $0.to.displayForm < $1.to.displayForm }
        return try mails.compactMap { entry in
            let text = try deliveries.composer.open(entry).plainText
            return text.firstRange(of: "/l/").map { String(text[$0.upperBound...].prefix(22)) }
        }
    }

    /// A download address of the first recipient and the cookie that it is bound to; of all files, if none is named.
    func grant(_ delivery: DeliveryModel, file: FileModel?) async throws -> (path: String, cookie: String) {
        let link = try await links(of: delivery.id).first ?? ""
        let granted = try await Fetching(deliveries, traces: traces).grant(
            link, cookie: nil, file: file.flatMap { DeliveryFileID($0.id) })
        return ("/d/\(granted.address.text)/file", "dv_12345678=\(granted.known.cookie.text)")
    }
}

/// A scanner that finds something in each file.
struct ScannerThatFindsAll: VirusScanner {
    func version(at address: ScannerAddress, patience: TimeInterval) async throws -> String { "ClamAV 1" }

    func scan(_ content: VaultBytes, at address: ScannerAddress, patience: TimeInterval) async throws -> ScanVerdict {
        .found("Eicar")
    }
}
