import AsyncHTTPClient
import Deliveries
import FileVault
public import Foundation
import Localization
public import Logging
import MailRouting
import Outbox
import SMTP
import SMTPTransport
public import Secrets
import Storage

/// All live parts of one installation: what the configuration names, opened, and the use cases on top.
public final class Installation: Sendable {
    let configuration: Configuration
    let logger: Logger
    let now: @Sendable () -> Date
    let random: any RandomSource
    let database: any StoredDatabase
    let keyRing: KeyRing
    let vault: any FileVault
    let hasher: PasswordHasher
    let settings: SettingsService
    let accounts: AccountParts
    let deliveries: DeliveryParts
    let traces: AccessTraces
    let dns: LiveDNS
    let domains: DomainParts
    let scanner = LiveVirusScanner()
    let wakeUp: OutboxWakeUp
    let routes: OutgoingRoutes
    let tlsSessions: TLSSessionCounts
    let https: JudgedHTTPS
    let attempt: MailAttempt
    let outbox: OutboxActions
    let destinationOrders: DestinationOrders
    let spool: MessageSpool
    let mailTest: MailTest
    let mailTestRuns: MailTestRuns
    let bounceMailbox: IMAPBounceMailbox
    let returnPathIntake: ReturnPathIntake
    let mailboxChecks: MailboxChecks
    let mailServerChecks: MailServerChecks
    let certificates: MailCertificates
    let serverCertificates: ServerCertificates
    let node = NodeState()
    private let httpClient: HTTPClient

    private init(
        configuration: Configuration, logger: Logger, database: any StoredDatabase, keyRing: KeyRing,
        vault: any FileVault,
        random: any RandomSource, now: @escaping @Sendable () -> Date
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.now = now
        self.random = random
        self.database = database
        self.keyRing = keyRing
        self.vault = vault
        let hasher = PasswordHasher()
        let watch = database.watch
        // The worker of this node takes what it can, so that the others need not be woken for each mail.
        let sends = configuration.roles.contains(.mailOut)
        let wakeUp = OutboxWakeUp { isEager in
            if isEager { watch?.pass(.urgentMail) } else if !sends { watch?.pass(.mail) }
        }
        let ring: @Sendable () -> Void = { wakeUp.ring() }
        self.hasher = hasher
        self.wakeUp = wakeUp
        settings = try SettingsService(
            database: database, keys: keyRing, overrides: configuration.settingOverrides, now: now)
        let composer = MailComposer(keys: keyRing, random: random)
        let notifications = SystemNotifications(composer)
        accounts = AccountParts(
            database: database, keys: keyRing, hasher: hasher, settings: settings, notifications: notifications,
            random: random, now: now, mailQueued: ring, log: logger)
        deliveries = DeliveryParts(
            database: database, vault: vault, keys: keyRing, hasher: hasher, settings: settings, composer: composer,
            random: random, now: now, changes: ChangeHint { watch?.pass(.events) }, mailQueued: ring, log: logger)
        traces = AccessTraces(database: database)
        httpClient = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
        let accessTokens = AccessTokenSource(settings: settings, client: httpClient, now: now)
        let keyVault = DomainKeyVault(keys: keyRing)
        dns = try LiveDNS(configuration, logger: logger, now: now)
        domains = DomainParts(base: deliveries, keyVault: keyVault, probe: dns, updater: LiveZoneUpdater())
        let timeouts = configuration.smtpTimeout.map { SMTPTimeouts.standard.limited(to: $0) } ?? .standard
        let smtpRoute = SMTPRoute(
            settings: settings, accessTokens: accessTokens, trustFile: configuration.caFile?.path,
            timeouts: timeouts)
        bounceMailbox = IMAPBounceMailbox(
            settings: settings, accessTokens: accessTokens, trustFile: configuration.caFile?.path)
        let egress: EgressPolicy = configuration.allowsPrivateDestinations ? .everything : .public
        https = JudgedHTTPS(resolver: dns.resolver, egress: egress, caFile: configuration.caFile?.path)
        tlsSessions = TLSSessionCounts(database: database, now: now, logger: logger)
        let directRoute = DirectRoute(
            DirectRoute.Configuration(
                port: configuration.mxPort, egress: egress,
                trust: configuration.caFile.map { .systemAnd(.file($0.path)) } ?? .system, timeouts: timeouts),
            resolver: dns.resolver,
            policies: STSPolicies(
                resolver: dns.resolver,
                fetcher: LivePolicyFetcher(https: https, port: configuration.mtaSTSPort),
                store: StoredPolicies(database: database, now: now, logger: logger), now: now),
            sessions: tlsSessions, now: now)
        routes = OutgoingRoutes([.smtp: smtpRoute, .direct: directRoute])
        let outcomes = MailOutcome(deliveries)
        spool = MessageSpool(database: database, keys: keyRing, random: random, now: now)
        returnPathIntake = ReturnPathIntake(deliveries, spool: spool)
        let preparation = MailPreparation(
            signer: MailSigner(keys: keyVault, now: now, logger: logger), spool: spool)
        attempt = MailAttempt(
            database: database, keyRing: keyRing, composer: composer, preparation: preparation, routes: routes,
            outcomes: outcomes, messages: MessageOutcome(spool: spool, settings: settings), changes: deliveries.changes,
            now: now, jitter: { Double.random(in: 0...1) },
            logger: logger)
        outbox = OutboxActions(
            database: database, keyRing: keyRing, composer: composer, settings: settings, outcomes: outcomes,
            wakeUp: wakeUp, now: now)
        destinationOrders = DestinationOrders(outbox: outbox, parts: deliveries)
        mailTest = MailTest(
            database: database, settings: settings, attempt: attempt, composer: composer,
            resolver: dns.resolver, random: random, now: now)
        mailboxChecks = MailboxChecks(
            check: MailboxCheck(settings: settings, mailbox: bounceMailbox, mailTest: mailTest, now: now),
            parts: deliveries)
        let certificateFile = configuration.mailCertificate ?? configuration.tlsCertificate
        let certificates = MailCertificates(
            deliveries, exchange: LiveACMEExchange(caFile: configuration.caFile?.path)
        ) {
            certificateFile.flatMap { MailServerCertificate(file: $0) }
        }
        self.certificates = certificates
        let pageCertificate = configuration.tlsCertificate
        serverCertificates = ServerCertificates(mail: certificates) {
            pageCertificate.flatMap { MailServerCertificate(file: $0) }
        }
        mailServerChecks = MailServerChecks(
            check: MailServerCheck(
                database: database, settings: settings,
                access: Self.checkAccess(configuration, dns: dns, certificates: certificates), now: now),
            parts: deliveries)
        mailTestRuns = MailTestRuns(test: mailTest, parts: deliveries)
    }

    /// Opens what the configuration names; makes data folder, key and database where there are none.
    ///
    /// - Parameters:
    ///   - configuration: where things lie.
    ///   - random: where keys and tokens come from.
    ///   - now: the clock; `nil`: that of the database's server, or this machine's if there is none.
    ///   - logger: the log.
    /// - Throws: `StartError` in plain words: another server runs, the key is missing or wrong, the disk says no,
    ///   the texts cannot be read.
    public static func open(
        _ configuration: Configuration, random: any RandomSource = SystemRandomSource(),
        now: (@Sendable () -> Date)? = nil, logger: Logger
    ) async throws -> Installation {
        do {
            try Catalogue.check()
            // PostgreSQL's data is new as long as it knows no key.
            let isNew =
                configuration.databaseURL != nil
                || !FileManager.default.fileExists(atPath: configuration.databaseFile.path)
            try makeFolder(configuration.dataFolder)
            let database = try await openDatabase(configuration, random: random, logger: logger)
            if let newer = database.newerSchema {
                logger.warning(
                    "a newer version has migrated the database and left room for this one: upgrade here, too",
                    metadata: ["schema": "\(newer)"])
            }
            let clock = database.watch?.clock
            let time: @Sendable () -> Date = { clock?.now() ?? Date() }
            let now = now ?? time
            do {
                let keyRing = try await key(configuration, isNew: isNew, database: database, random: random)
                try await database.chainAudit(with: keyRing, now: now())
                let vault = try await openVault(configuration, random: random, now: now, logger: logger)
                do {
                    return try Installation(
                        configuration: configuration, logger: logger, database: database, keyRing: keyRing,
                        vault: vault, random: random, now: now)
                } catch {
                    await vault.shutdown()
                    throw error
                }
            } catch {
                try? await database.close()
                throw error
            }
        } catch let error as Catalogue.LoadingError {
            throw StartError(error.description)
        } catch let error as StorageError {
            if case .anotherProcess = error { throw StartError(error.description, isRunning: true) }
            throw StartError(error.description)
        } catch let error as KeyRingError {
            throw StartError(error.description)
        } catch let error as VaultError {
            throw StartError.noFiles(configuration, error)
        } catch let error as DeliveriesError {
            throw StartError(
                "The settings cannot be used: "
                    + error.fields.map { "\($0.field) (\($0.reason))" }.joined(separator: ", "))
        }
    }

    private static func openDatabase(
        _ configuration: Configuration, random: any RandomSource, logger: Logger
    ) async throws -> any StoredDatabase {
        if let url = configuration.databaseURL {
            return try await PostgreSQLDatabase.open(
                url: url, folder: configuration.dataFolder, connections: configuration.databaseConnections,
                random: random,
                report: { news in
                    switch news {
                    case .lost(let reason):
                        logger.error("the database cannot be reached", metadata: ["reason": "\(reason)"])
                    case .regained(let time):
                        logger.notice(
                            "the database can be reached again", metadata: ["seconds": "\(time.components.seconds)"])
                    }
                })
        }
        return try await SQLiteDatabase.open(folder: configuration.dataFolder)
    }

    /// Begins to hear what other nodes over the same database tell, and to tell them.
    func listenToNodes() {
        database.watch?.begin(logger: logger) { [wakeUp, changes = deliveries.changes] hint in
            switch hint {
            case .mail: wakeUp.wake()
            case .urgentMail: wakeUp.wakeEagerly()
            case .events: changes.wake()
            }
        }
    }

    /// Closes all parts in order.
    public func close() async {
        try? await traces.flush()
        await routes.shutDown()
        await tlsSessions.flush()
        await dns.shutDown()
        await hasher.shutdown()
        await vault.shutdown()
        try? await database.close()
        try? await httpClient.shutdown()
    }

    private static func makeFolder(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StartError("The data folder \(folder.path) cannot be made: \(error.localizedDescription)")
        }
    }
}

/// Why the server or a command could not start, in plain words with what to do.
public struct StartError: Error, CustomStringConvertible, Equatable {
    /// The words.
    public let description: String
    /// Whether another process has the data.
    public let isRunning: Bool

    init(_ description: String, isRunning: Bool = false) {
        self.description = description
        self.isRunning = isRunning
    }
}

extension StartError {
    /// The address cannot be listened on.
    static func cannotListen(_ configuration: Configuration, errno code: Int32) -> StartError {
        let address = "\(configuration.listenHost):\(configuration.listenPort)"
        let reason =
            switch code {
            case EADDRINUSE: "another program listens there already"
            case EACCES: "ports below 1024 need more rights"
            default: "this machine has no such address"
            }
        return StartError(
            "Depesche cannot listen on \(address): \(reason). Set DEPESCHE_LISTEN to another HOST:PORT.")
    }
}
