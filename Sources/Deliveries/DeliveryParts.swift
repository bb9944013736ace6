public import FileVault
public import Foundation
public import Logging
public import Secrets

/// What the use cases around deliveries work with; the same for all of them.
public struct DeliveryParts: Sendable {
    /// The database.
    public let database: any Database
    /// Where files are kept.
    public let vault: any FileVault
    /// The keys.
    public let keys: KeyRing
    /// Hashes and checks the deliveries' own passwords.
    public let hasher: PasswordHasher
    /// What administrators set.
    public let settings: SettingsService
    /// Composes mails.
    public let composer: MailComposer
    /// Where ids and tokens come from.
    public let random: any RandomSource
    /// The time.
    public let now: @Sendable () -> Date
    /// Given after each commit that pages would show.
    public let changes: ChangeHint
    /// Called after each commit that put mail into the outbox.
    public let mailQueued: @Sendable () -> Void
    /// The log.
    public let log: Logger

    /// Puts the parts together.
    public init(
        database: any Database, vault: any FileVault, keys: KeyRing, hasher: PasswordHasher, settings: SettingsService,
        composer: MailComposer, random: any RandomSource, now: @escaping @Sendable () -> Date, changes: ChangeHint,
        mailQueued: @escaping @Sendable () -> Void, log: Logger
    ) {
        self.database = database
        self.vault = vault
        self.keys = keys
        self.hasher = hasher
        self.settings = settings
        self.composer = composer
        self.random = random
        self.now = now
        self.changes = changes
        self.mailQueued = mailQueued
        self.log = log
    }

    /// A fresh identifier.
    func newID<Entity>(_ now: Date) -> Identifier<Entity> { Identifier(now: now, random: random) }
}
