import Deliveries
import Foundation
import Localization
import Logging
import MailMessage
import MailTemplates
import Secrets
import Storage
import Synchronization
import TestDatabases
import Testing

/// A clock that stands still until a test moves it.
final class HandClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_795_439_100))

    var now: Date { time.withLock { $0 } }

    func advance(_ seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }
}

/// All use cases around accounts on a real database in a temporary folder.
struct AccountHouse: Sendable {
    static let password = "Vier Pferde im Regen"
    static let origin = RequestOrigin(clientAddress: "198.51.100.7", userAgent: "Browser/1")

    let database: any StoredDatabase
    let clock: HandClock
    let keys: KeyRing
    let composer: MailComposer
    let parts: AccountParts
    let settings: SettingsService
    let mailHints: MailHints

    final class MailHints: Sendable {
        private let hints = Mutex(0)
        var count: Int { hints.withLock { $0 } }
        func give() { hints.withLock { $0 += 1 } }
    }

    /// Runs a test in a fresh house.
    static func with(
        overrides: [String: String] = [:], hasher: PasswordHasher = PasswordHasher(cost: .cheap),
        _ body: @Sendable (AccountHouse) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depesche-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try await TestEngine.open(folder: folder)
        let result: Result<Void, any Error>
        do {
            try await body(try AccountHouse(database: database, overrides: overrides, hasher: hasher))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await database.close()
        try result.get()
    }

    private init(database: any StoredDatabase, overrides: [String: String], hasher: PasswordHasher) throws {
        let clock = HandClock()
        let random = SeededRandomSource(seed: 7)
        let hints = MailHints()
        keys = KeyRing(ephemeral: random)
        composer = MailComposer(keys: keys, random: random)
        settings = try SettingsService(database: database, keys: keys, overrides: overrides, now: { clock.now })
        parts = AccountParts(
            database: database, keys: keys, hasher: hasher, settings: settings,
            notifications: SystemNotifications(composer), random: random, now: { clock.now },
            mailQueued: { hints.give() }, log: Logger(label: "test"))
        self.database = database
        self.clock = clock
        mailHints = hints
    }

    var signIn: SignIn { SignIn(parts) }
    var users: Users { Users(parts) }

    /// An account that can be used.
    @discardableResult
    func account(_ email: String, administrator: Bool = false) async throws -> Account {
        try await users.addDirectly(
            email: email, name: "Anna Müller", isAdministrator: administrator, password: Self.password)
    }

    /// A signed-in browser.
    func signedIn(_ email: String, password: String = password) async throws -> SignedIn {
        try await signIn.signIn(email: email, password: password, origin: Self.origin)
    }

    /// Sets up a second factor and returns its secret and recovery codes.
    func secondFactor(of account: Account) async throws -> (secret: TOTPSecret, recovery: [String]) {
        let setUp = SecondFactorSetUp(parts)
        let offer = try await setUp.begin(account: account.id)
        let bytes = try #require(Base32.decode(offer.secret))
        let secret = try #require(TOTPSecret(bytes: bytes))
        let recovery = try await setUp.confirm(account: account.id, code: code(secret), origin: Self.origin)
        return (secret, recovery)
    }

    /// What the app shows, some steps of 30 seconds from now.
    func code(_ secret: TOTPSecret, later steps: Int64 = 0) -> String {
        secret.code(step: TOTPSecret.step(at: Int64(clock.now.timeIntervalSince1970)) + steps)
    }

    /// All mails in the outbox, oldest first.
    func mails() async throws -> [(entry: OutboxEntry, mail: OutgoingMail)] {
        let entries = try await database.read { try $0.outbox.entries(OutboxFilter(), offset: 0, limit: 100) }
        return try entries.reversed().map { ($0, try composer.open($0)) }
    }

    /// The token in the newest mail's link below a path such as `password`.
    func mailedToken(_ path: String) async throws -> Token {
        let newest = try await mails().last
        let text = try #require(newest).mail.plainText
        let prefix = "http://127.0.0.1:8080/\(path)/"
        let start = try #require(text.range(of: prefix))
        return try #require(Token(text: String(text[start.upperBound...].prefix(22))))
    }

    /// The actions in the audit trail, oldest first.
    func audit() async throws -> [String] {
        try await AuditTrail(parts).list(limit: 200).reversed().map(\.action)
    }
}

/// The error that a use case answers with.
func refusal(_ body: @Sendable () async throws -> Void) async throws -> DeliveriesError {
    do {
        try await body()
    } catch let error as DeliveriesError {
        return error
    }
    Issue.record("nothing was refused")
    return DeliveriesError(.trouble)
}
