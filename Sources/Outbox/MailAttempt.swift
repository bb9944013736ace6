public import Deliveries
public import Foundation
public import Logging
import MailMessage
import SMTP
public import Secrets
public import SenderDomains

/// What one attempt came to.
public struct AttemptReport: Sendable {
    /// The row afterwards.
    public let entry: OutboxEntry
    /// What became of it.
    public let outcome: RouteOutcome
    /// Whom it came from.
    public let sender: SenderDecision?
}

/// Carries out one attempt at sending a leased row: the worker's way and the test mail's.
///
/// 1. The attempt is recorded and the next one moved forward, before anything is dialled.
/// 2. The sender is decided from the settings of this moment.
/// 3. "Dot sent" is recorded before the answer to the final dot is awaited.
/// 4. The outcome, the recipient's status and the notice to the sender are one commit, which cannot be cancelled.
public struct MailAttempt: Sendable {
    private let database: any Database
    private let keyRing: KeyRing
    private let composer: MailComposer
    private let route: SMTPRoute
    private let outcomes: MailOutcome
    private let changes: ChangeHint
    private let now: @Sendable () -> Date
    private let jitter: @Sendable () -> Double
    private let logger: Logger
    private let schedule = RetrySchedule()

    /// - Parameters:
    ///   - database: where the outbox is.
    ///   - keyRing: seals the conversations.
    ///   - composer: opens the mails.
    ///   - route: the SMTP interface.
    ///   - outcomes: tells deliveries and senders what became of a mail.
    ///   - changes: given after each commit that pages would show.
    ///   - now: the clock.
    ///   - jitter: 0 to 1, spreads the pauses.
    public init(
        database: any Database, keyRing: KeyRing, composer: MailComposer, route: SMTPRoute, outcomes: MailOutcome,
        changes: ChangeHint, now: @escaping @Sendable () -> Date, jitter: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        self.database = database
        self.keyRing = keyRing
        self.composer = composer
        self.route = route
        self.outcomes = outcomes
        self.changes = changes
        self.now = now
        self.jitter = jitter
        self.logger = logger
    }

    /// Tries to send a row that the caller has leased.
    public func carryOut(_ leased: OutboxEntry, settings: Settings) async throws -> AttemptReport {
        if settings.route == .local { return try await keepLocally(leased) }
        guard now() < schedule.deadline(createdAt: leased.createdAt, notAfter: leased.notAfter) else {
            return try await expire(leased)
        }
        let mail: OutgoingMail
        do {
            mail = try composer.open(leased)
        } catch {
            logger.error("a mail in the outbox cannot be opened", metadata: ["outbox": "\(leased.id)"])
            let outcome = RouteOutcome(.refused(answer: "The stored mail cannot be opened.", failureClass: .unknown))
            return try await record(outcome, of: leased, attempt: nil, sender: nil)
        }
        guard let sender = settings.senderDecision(author: mail.author) else {
            let outcome = RouteOutcome(
                .deferred(answer: "No system sender is set.", failureClass: .routing, concernsHost: true))
            return try await record(outcome, of: leased, attempt: nil, sender: nil)
        }
        let attempt = try await begin(leased, from: sender.from.address.displayForm)
        let outcome = await route.send(mail, sender: sender, settings: settings) {
            let at = now()
            try await database.write { transaction in
                guard var entry = try transaction.outbox.entry(leased.id) else { return }
                entry.dotSentAt = at
                try transaction.outbox.update(entry)
            }
        }
        return try await record(outcome, of: leased, attempt: attempt, sender: sender)
    }

    private func begin(_ leased: OutboxEntry, from visibleFrom: String) async throws -> OutboxAttempt {
        let start = now()
        let pause = schedule.pause(
            after: leased.attempts + 1, isUrgent: leased.isUrgent, concernsHost: false, jitter: jitter())
        let attempt = OutboxAttempt(entry: leased.id, number: leased.attempts + 1, startedAt: start)
        try await database.write { transaction in
            guard var entry = try transaction.outbox.entry(leased.id) else { return }
            entry.attempts += 1
            entry.nextAttemptAt = start.addingTimeInterval(pause)
            entry.visibleFrom = visibleFrom
            entry.dotSentAt = nil
            try transaction.outbox.update(entry)
            try transaction.outbox.insert(attempt)
        }
        return attempt
    }

    private func keepLocally(_ leased: OutboxEntry) async throws -> AttemptReport {
        try await record(RouteOutcome(.keptLocally), of: leased, attempt: nil, sender: nil)
    }

    private func expire(_ leased: OutboxEntry) async throws -> AttemptReport {
        let answer = leased.lastAnswer.isEmpty ? "No attempt succeeded in time." : leased.lastAnswer
        return try await record(
            RouteOutcome(.refused(answer: answer, failureClass: .expired)), of: leased, attempt: nil, sender: nil)
    }

    private func record(
        _ outcome: RouteOutcome, of leased: OutboxEntry, attempt: OutboxAttempt?, sender: SenderDecision?
    ) async throws -> AttemptReport {
        let end = now()
        let jitter = jitter()
        let sealed = try attempt.map { try self.sealed(outcome.conversation, of: $0) }
        let entry = try await database.write { transaction in
            let current = try transaction.outbox.entry(leased.id) ?? leased
            var changed = current
            changed.leasedUntil = nil
            apply(outcome.result, to: &changed, at: end, jitter: jitter)
            try transaction.outbox.update(changed)
            if var attempt {
                attempt.endedAt = end
                attempt.outcome = outcome.result.name
                attempt.answer = changed.lastAnswer
                attempt.sealedConversation = sealed ?? Data()
                try transaction.outbox.update(attempt)
            }
            if let change = outcome.result.change(of: changed, from: current) {
                try outcomes.record(change, of: changed, in: transaction, at: end)
            }
            return changed
        }
        changes.give()
        logger.info(
            "mail attempt",
            metadata: [
                "outbox": "\(entry.id)", "attempt": "\(entry.attempts)", "outcome": "\(outcome.result.name)",
                "class": "\(entry.failureClass)",
            ])
        return AttemptReport(entry: entry, outcome: outcome, sender: sender)
    }

    private func apply(_ result: RouteOutcome.Result, to entry: inout OutboxEntry, at end: Date, jitter: Double) {
        // What was cancelled meanwhile stays so, unless the server has the mail: that is the truth.
        let wasCancelled = entry.state == .cancelled
        switch result {
        case .handedOver(let answer):
            entry.state = .handedOver
            entry.lastAnswer = answer
            entry.failureClass = ""
            entry.dotSentAt = nil
            entry.finishedAt = end
        case .keptLocally:
            if !wasCancelled { entry.state = .local }
        case .refused(let answer, let failureClass):
            entry.lastAnswer = answer
            entry.failureClass = failureClass.rawValue
            guard !wasCancelled else { return }
            entry.state = .failed
            entry.finishedAt = end
        case .deferred(let answer, let failureClass, let concernsHost):
            entry.lastAnswer = answer
            entry.failureClass = failureClass.rawValue
            entry.nextAttemptAt = end.addingTimeInterval(
                schedule.pause(
                    after: entry.attempts, isUrgent: entry.isUrgent, concernsHost: concernsHost, jitter: jitter))
        case .unknown(let answer):
            // The window that SMTP leaves open (RFC 1047): tried again, with the same Message-ID.
            entry.lastAnswer = answer
            entry.failureClass = FailureClass.unknown.rawValue
            entry.nextAttemptAt = end.addingTimeInterval(
                schedule.pause(
                    after: entry.attempts, isUrgent: entry.isUrgent, concernsHost: false, jitter: jitter))
        }
    }

    private func sealed(_ conversation: SMTPConversation, of attempt: OutboxAttempt) throws -> Data {
        try keyRing.seal(
            JSONEncoder().encode(conversation), purpose: .column,
            context: SealContext(
                table: "outbox_attempt", row: "\(attempt.entry).\(attempt.number)", column: "sealed_conversation"))
    }
}

extension RouteOutcome.Result {
    /// What it means to the delivery; `nil` if nothing changed for it.
    func change(of entry: OutboxEntry, from before: OutboxEntry) -> MailOutcome.Change? {
        switch entry.state {
        case .handedOver: .handedOver
        case .local: .storedLocally
        case .failed: .failed
        case .queued: .delayed
        case .held: before.state == .held ? nil : .held
        case .cancelled: nil
        }
    }

    /// The name that the attempt is recorded under.
    var name: String {
        switch self {
        case .handedOver: "handed-over"
        case .deferred: "deferred"
        case .refused: "refused"
        case .unknown: "unknown"
        case .keptLocally: "local"
        }
    }
}
