public import Deliveries
public import Foundation
public import MailMessage
import MailTemplates
public import SMTP
public import Secrets
import SenderDomains

/// What administrators see of the outbox and do with it.
public struct OutboxActions: Sendable {
    /// One attempt with what was said.
    public struct AttemptDetail: Sendable, Equatable {
        /// The attempt.
        public let attempt: OutboxAttempt
        /// The conversation; empty when it was forgotten after 30 days.
        public let conversation: SMTPConversation
    }

    /// A mail of the local mailbox as it would arrive.
    public struct StoredMail: Sendable, Equatable {
        /// The row.
        public let entry: OutboxEntry
        /// The mail.
        public let mail: OutgoingMail
        /// Its page as a browser shows it.
        public let html: String
        /// The message as RFC 5322 text.
        public let source: String
        /// The sender as recipients would see it.
        public let from: Mailbox
    }

    let database: any Database
    private let keyRing: KeyRing
    private let composer: MailComposer
    private let settings: SettingsService
    let outcomes: MailOutcome
    let wakeUp: OutboxWakeUp
    let now: @Sendable () -> Date

    /// - Parameters:
    ///   - database: where the outbox is.
    ///   - keyRing: opens conversations.
    ///   - composer: opens mails.
    ///   - settings: which sender a mail in the local mailbox shows.
    ///   - outcomes: tells deliveries what became of a mail.
    ///   - wakeUp: rung when there is something to do.
    ///   - now: the clock.
    public init(
        database: any Database, keyRing: KeyRing, composer: MailComposer, settings: SettingsService,
        outcomes: MailOutcome,
        wakeUp: OutboxWakeUp, now: @escaping @Sendable () -> Date
    ) {
        self.database = database
        self.keyRing = keyRing
        self.composer = composer
        self.settings = settings
        self.outcomes = outcomes
        self.wakeUp = wakeUp
        self.now = now
    }

    /// Rows, newest first, and how many there are.
    public func list(_ filter: OutboxFilter, offset: Int, limit: Int) async throws -> ([OutboxEntry], total: Int) {
        try await database.read {
            (try $0.outbox.entries(filter, offset: offset, limit: limit), try $0.outbox.entryCount(filter))
        }
    }

    /// How many rows are in each state, and since when the oldest waits.
    public func counts() async throws -> (counts: [OutboxEntry.State: Int], oldestQueued: Date?) {
        try await database.read { (try $0.outbox.counts(), try $0.outbox.oldestQueued()) }
    }

    /// A row with its attempts; throws `.notFound`.
    public func show(_ id: OutboxEntryID) async throws -> (OutboxEntry, [AttemptDetail]) {
        let (entry, attempts) = try await database.read { transaction in
            guard let entry = try transaction.outbox.entry(id) else { throw DeliveriesError(.notFound) }
            return (entry, try transaction.outbox.attempts(of: id))
        }
        return (entry, attempts.map { AttemptDetail(attempt: $0, conversation: conversation(of: $0)) })
    }

    /// Puts a row that waits, is held or has failed to the front. A mail that was given up after five days gets one more
    /// attempt.
    ///
    /// - Throws: `.notFound`; `.conflict` for one that is done, is of no use any more, or goes to an address that was
    ///   corrected or about a delivery that was withdrawn.
    public func retry(_ id: OutboxEntryID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let at = now()
        try await database.write { transaction in
            guard let before = try transaction.outbox.entry(id) else { throw DeliveriesError(.notFound) }
            guard [.queued, .held, .failed].contains(before.state), before.isContentKept,
                before.notAfter.map({ $0 > at }) ?? true, try Self.isStillWanted(before, in: transaction)
            else { throw DeliveriesError(.conflict) }
            // Who tries again knows better than an earlier failure; what the owner of an address wished stays.
            try Suppressions.liftForRetry(of: before, by: actor, origin: origin, in: transaction, at: at)
            var entry = before
            // A mail that waits for its sender's domain does not wait again: the system sender steps in.
            if before.heldFor != nil { entry.isReleased = true }
            entry.heldFor = nil
            entry.state = .queued
            entry.nextAttemptAt = at
            entry.finishedAt = nil
            try transaction.outbox.update(entry)
            try transaction.ledger.append(
                AuditAction.outboxRetried.record(by: actor, target: "\(id)", origin: origin, at: at))
        }
        wakeUp.ringEagerly()
    }

    /// Gives a row up; throws `.conflict` for one that is done.
    public func cancel(_ id: OutboxEntryID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let at = now()
        try await database.write { transaction in
            guard let before = try transaction.outbox.entry(id) else { throw DeliveriesError(.notFound) }
            guard !before.state.isFinal else { throw DeliveriesError(.conflict) }
            var entry = before
            entry.state = .cancelled
            entry.finishedAt = at
            try transaction.outbox.update(entry)
            if let message = entry.message { try transaction.messages.removeChunksIfFinished(of: message) }
            try outcomes.record(.cancelled, of: entry, in: transaction, at: at)
            try transaction.ledger.append(
                AuditAction.outboxCancelled.record(by: actor, target: "\(id)", origin: origin, at: at))
        }
    }

    /// Sends what the local mailbox kept, or discards it: the choice on connecting a mail server. Returns how many.
    public func resolveLocal(
        send: Bool, by actor: AccountID?, origin: RequestOrigin
    ) async throws -> Int {
        let at = now()
        let count =
            if send {
                try await database.write { try $0.outbox.moveAll(from: .local, to: .queued, at: at) }
            } else {
                try await discardLocal(at: at)
            }
        try await database.write { transaction in
            try transaction.ledger.append(
                (send ? AuditAction.localMailReleased : .localMailDiscarded).record(
                    by: actor, target: "\(count)", origin: origin, at: at))
        }
        wakeUp.ringEagerly()
        return count
    }

    /// Some at a time, so that nobody waits long for the database; each delivery is told.
    private func discardLocal(at now: Date) async throws -> Int {
        var count = 0
        while true {
            let discarded = try await database.write { transaction in
                let rows = try transaction.outbox.entries(OutboxFilter(states: [.local]), offset: 0, limit: 100)
                for row in rows {
                    var entry = row
                    entry.state = .cancelled
                    entry.finishedAt = now
                    try transaction.outbox.update(entry)
                    try outcomes.record(.cancelled, of: entry, in: transaction, at: now)
                }
                return rows.count
            }
            guard discarded > 0 else { return count }
            count += discarded
        }
    }

    /// Whether a mail about a delivery would still lead somewhere.
    private static func isStillWanted(_ entry: OutboxEntry, in transaction: any Transaction) throws -> Bool {
        guard let delivery = entry.delivery, let recipient = entry.recipient else { return true }
        guard try transaction.deliveries.delivery(delivery)?.state == .sent else { return false }
        return try transaction.deliveries.recipient(recipient)?.email == entry.to
    }

    /// A mail of the local mailbox; each view is in the audit trail. `masksSecrets` takes links and codes out, as it
    /// must wherever the public address is not this machine's own.
    public func storedMail(
        _ id: OutboxEntryID, by actor: AccountID?, origin: RequestOrigin, masksSecrets: Bool
    ) async throws -> StoredMail {
        let at = now()
        let current = try await settings.current()
        let (entry, logo) = try await database.write { transaction in
            guard let entry = try transaction.outbox.entry(id), entry.state == .local, !entry.sealedMail.isEmpty else {
                throw DeliveriesError(.notFound)
            }
            try transaction.ledger.append(
                AuditAction.localMailViewed.record(by: actor, target: "\(id)", origin: origin, at: at))
            return (entry, try transaction.mailLogo(current))
        }
        var mail = try composer.open(entry)
        if masksSecrets { mail = SecretMask().masking(mail) }
        guard let sender = current.senderDecision(author: mail.author) else {
            throw DeliveriesError(.conflict, fields: [FieldError("mail.system-sender", "required")])
        }
        return StoredMail(
            entry: entry, mail: mail, html: logo?.embedded(in: mail.html) ?? MailLogo.named(mail.html),
            source: String(decoding: try mail.message(sender: sender, logo: logo).serialized, as: UTF8.self),
            from: sender.from)
    }

    private func conversation(of attempt: OutboxAttempt) -> SMTPConversation {
        guard !attempt.sealedConversation.isEmpty,
            let data = try? keyRing.open(
                attempt.sealedConversation, purpose: .column,
                context: SealContext(
                    table: "outbox_attempt", row: "\(attempt.entry).\(attempt.number)", column: "sealed_conversation")),
            let conversation = try? JSONDecoder().decode(SMTPConversation.self, from: data)
        else { return SMTPConversation() }
        return conversation
    }
}

extension OutboxEntry {
    /// Whether there is still something to send. A message that was handed in goes with its last row.
    fileprivate var isContentKept: Bool { message == nil ? !sealedMail.isEmpty : state != .failed }
}
