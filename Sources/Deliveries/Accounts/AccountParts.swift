public import Foundation
public import Logging
public import Secrets

/// What the use cases around accounts work with; the same for all of them.
public struct AccountParts: Sendable {
    /// The database.
    public let database: any Database
    /// The keys.
    public let keys: KeyRing
    /// Hashes and checks passwords.
    public let hasher: PasswordHasher
    /// What administrators set.
    public let settings: SettingsService
    /// Composes notifications.
    public let notifications: SystemNotifications
    /// Where ids and tokens come from.
    public let random: any RandomSource
    /// The time.
    public let now: @Sendable () -> Date
    /// Called after each commit that put mail into the outbox.
    public let mailQueued: @Sendable () -> Void
    /// The log.
    public let log: Logger

    /// Puts the parts together.
    public init(
        database: any Database, keys: KeyRing, hasher: PasswordHasher, settings: SettingsService,
        notifications: SystemNotifications, random: any RandomSource, now: @escaping @Sendable () -> Date,
        mailQueued: @escaping @Sendable () -> Void, log: Logger
    ) {
        self.database = database
        self.keys = keys
        self.hasher = hasher
        self.settings = settings
        self.notifications = notifications
        self.random = random
        self.now = now
        self.mailQueued = mailQueued
        self.log = log
    }

    /// A fresh identifier.
    func newID<Entity>(_ now: Date) -> Identifier<Entity> { Identifier(now: now, random: random) }

    /// What holds for an account.
    func policy(of account: AccountID) async throws -> AccountPolicy {
        let settings = settings
        return try await database.read { try $0.policy(of: account, settings.current(in: $0)) }
    }

    /// Hashes a new password off the event loops.
    func hash(_ password: String) async throws -> String {
        do {
            return try await hasher.hash(password)
        } catch {
            throw Self.refusal(error)
        }
    }

    /// Checks a password; without a stored hash it takes as long and is wrong.
    func isRight(_ password: String, hash: String?) async throws -> Bool {
        // Argon2id would take any length; nobody's password is longer than this.
        let password = password.utf8.count <= PasswordRule.maximumOctets ? password : ""
        do {
            guard let hash else { return try await hasher.verifyDummy(password) }
            return try await hasher.verify(password, against: hash)
        } catch {
            throw Self.refusal(error)
        }
    }

    private static func refusal(_ error: PasswordHasherError) -> DeliveriesError {
        switch error {
        case .busy, .outOfMemory: DeliveriesError(.busy, retryAfter: 2, detail: error.code)
        case .closed, .unavailable: DeliveriesError(.trouble, detail: error.code)
        }
    }
}
