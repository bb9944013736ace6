public import Deliveries
public import Foundation
public import Logging
import MailMessage
import SMTP
public import Secrets
public import SenderDomains
import Synchronization

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
/// 1. The sender is decided from the settings of this moment.
/// 2. The attempt is recorded and the next one moved forward, before anything is dialled.
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
    private let pause: @Sendable (Duration) async throws -> Void
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
    ///   - logger: the log; addresses are not in it.
    ///   - pause: waits between tries at recording an outcome.
    public init(
        database: any Database, keyRing: KeyRing, composer: MailComposer, route: SMTPRoute, outcomes: MailOutcome,
        changes: ChangeHint, now: @escaping @Sendable () -> Date, jitter: @escaping @Sendable () -> Double,
        logger: Logger,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
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
        self.pause = pause
    }

    /// Tries to send a row that the caller has leased.
    ///
    /// - Parameters:
    ///   - leased: the row.
    ///   - settings: the settings in force.
    ///   - isInteractive: whether somebody waits for the outcome: then a fresh connection with short limits is used.
    /// - Throws: what the database throws before anything was dialled; the row's lease then runs out by itself.
    public func carryOut(
        _ leased: OutboxEntry, settings: Settings, isInteractive: Bool = false
    ) async throws -> AttemptReport {
        if settings.route == .local {
            return try await record(RouteOutcome(.keptLocally), of: leased, attempt: nil, sender: nil)
        }
        if let end = leased.notAfter, now() >= end {
            let answer = leased.lastAnswer.isEmpty ? "No attempt succeeded in time." : leased.lastAnswer
            return try await record(
                RouteOutcome(.refused(answer: answer, failureClass: .expired)), of: leased, attempt: nil, sender: nil)
        }
        let mail = try? composer.open(leased)
        let sender = mail.flatMap { settings.senderDecision(author: $0.author) }
        let (current, begun) = try await begin(leased, from: sender?.from.address.displayForm ?? "")
        guard let attempt = begun else {
            return AttemptReport(entry: current, outcome: RouteOutcome(.cancelled), sender: sender)
        }
        guard let mail else {
            logger.error("a mail in the outbox cannot be opened", metadata: ["outbox": "\(leased.id)"])
            return try await record(.unreadable, of: leased, attempt: attempt, sender: nil)
        }
        guard let sender else { return try await record(.missingSender, of: leased, attempt: attempt, sender: nil) }
        let isCancelled = Mutex(false)
        var outcome = await route.send(mail, sender: sender, settings: settings, isInteractive: isInteractive) {
            guard try await noteDot(leased.id) else {
                isCancelled.withLock { $0 = true }
                throw CancellationError()
            }
        }
        if isCancelled.withLock({ $0 }) { outcome = RouteOutcome(.cancelled, conversation: outcome.conversation) }
        return try await record(outcome, of: leased, attempt: attempt, sender: sender)
    }

    /// Records the attempt and moves the next one forward. No attempt if the row was cancelled or finished meanwhile.
    private func begin(
        _ leased: OutboxEntry, from visibleFrom: String
    ) async throws -> (OutboxEntry, OutboxAttempt?) {
        let start = now()
        let jitter = jitter()
        return try await database.write { transaction in
            guard var entry = try transaction.outbox.entry(leased.id) else { return (leased, nil) }
            guard entry.state == .queued else { return (entry, nil) }
            // What a killed process left behind: whether its mail arrived is known only if the dot was not sent.
            if var last = try transaction.outbox.attempts(of: entry.id).last, last.outcome.isEmpty {
                last.outcome = entry.dotSentAt == nil ? "deferred" : "unknown"
                last.answer = "The server was stopped during this attempt."
                try transaction.outbox.update(last)
            }
            entry.attempts += 1
            let pause = schedule.pause(
                after: entry.attempts, isUrgent: entry.isUrgent, concernsHost: false, jitter: jitter)
            entry.nextAttemptAt = start.addingTimeInterval(pause)
            entry.visibleFrom = visibleFrom
            entry.dotSentAt = nil
            let attempt = OutboxAttempt(entry: entry.id, number: entry.attempts, startedAt: start)
            try transaction.outbox.update(entry)
            try transaction.outbox.insert(attempt)
            return (entry, attempt)
        }
    }

    /// Records that the final dot is about to be sent; false if the mail was cancelled meanwhile and must not leave.
    private func noteDot(_ id: OutboxEntryID) async throws -> Bool {
        let at = now()
        return try await database.write { transaction in
            guard var entry = try transaction.outbox.entry(id), entry.state == .queued else { return false }
            entry.dotSentAt = at
            try transaction.outbox.update(entry)
            return true
        }
    }

    /// Records an outcome. What the mail server said must not be lost, or the mail would go twice: where the disk is
    /// full or the database in trouble, it is tried until it succeeds.
    private func record(
        _ outcome: RouteOutcome, of leased: OutboxEntry, attempt: OutboxAttempt?, sender: SenderDecision?
    ) async throws -> AttemptReport {
        let sealed = try attempt.map { try self.sealed(outcome.conversation, of: $0) }
        let end = now()
        var failures = 0
        while true {
            do {
                // The row's own truth matters most: a notice that cannot be written must not send the mail again.
                let entry = try await store(
                    outcome, of: leased, attempt: attempt, sealed: sealed, at: end, tellsDelivery: failures % 4 != 3)
                changes.give()
                logger.info(
                    "mail attempt",
                    metadata: [
                        "outbox": "\(entry.id)", "attempt": "\(entry.attempts)", "outcome": "\(outcome.result.name)",
                        "class": "\(entry.failureClass)",
                    ])
                return AttemptReport(entry: entry, outcome: outcome, sender: sender)
            } catch {
                failures += 1
                logger.error(
                    "the outcome of an attempt could not be recorded",
                    metadata: ["outbox": "\(leased.id)", "error": "\(error)"])
                guard attempt != nil else { throw error }
                do {
                    try await pause(.seconds(min(1 << min(failures, 5), 30)))
                } catch {
                    // The server is being stopped: a few times more, at once.
                    if failures >= 8 { throw error }
                }
            }
        }
    }

    private func store(
        _ outcome: RouteOutcome, of leased: OutboxEntry, attempt: OutboxAttempt?, sealed: Data?, at end: Date,
        tellsDelivery: Bool
    ) async throws -> OutboxEntry {
        let jitter = jitter()
        return try await database.write { transaction in
            var entry = try transaction.outbox.entry(leased.id) ?? leased
            entry.leasedUntil = nil
            let firstStart =
                end.timeIntervalSince(entry.createdAt) < RetrySchedule.longestWait
                ? entry.createdAt : try transaction.outbox.attempts(of: entry.id).first?.startedAt ?? end
            let change = apply(
                outcome.result, to: &entry, at: end, jitter: jitter,
                isLast: end.timeIntervalSince(firstStart) >= RetrySchedule.longestWait)
            try transaction.outbox.update(entry)
            if var attempt {
                attempt.endedAt = end
                attempt.outcome = outcome.result.name
                attempt.answer = outcome.answer
                attempt.sealedConversation = sealed ?? Data()
                try transaction.outbox.update(attempt)
            }
            if let change, tellsDelivery { try outcomes.record(change, of: entry, in: transaction, at: end) }
            return entry
        }
    }

    /// Changes the row; returns what that means to its delivery.
    private func apply(
        _ result: RouteOutcome.Result, to entry: inout OutboxEntry, at end: Date, jitter: Double, isLast: Bool
    ) -> MailOutcome.Change? {
        if case .handedOver(let answer) = result {
            // Also where it was cancelled meanwhile: the server has the mail, and that is the truth.
            let isNews = entry.state != .handedOver
            entry.state = .handedOver
            entry.lastAnswer = answer
            entry.failureClass = ""
            entry.dotSentAt = nil
            entry.finishedAt = end
            return isNews ? .handedOver : nil
        }
        guard entry.state == .queued else { return nil }
        func again(concernsHost: Bool) -> MailOutcome.Change {
            guard !isLast else {
                entry.failureClass = FailureClass.expired.rawValue
                entry.state = .failed
                entry.finishedAt = end
                return .failed
            }
            entry.nextAttemptAt = end.addingTimeInterval(
                schedule.pause(
                    after: entry.attempts, isUrgent: entry.isUrgent, concernsHost: concernsHost, jitter: jitter))
            return .delayed
        }
        switch result {
        case .handedOver, .cancelled: return nil
        case .keptLocally:
            entry.state = .local
            return .storedLocally
        case .refused(let answer, let failureClass):
            entry.lastAnswer = answer
            entry.failureClass = failureClass.rawValue
            entry.dotSentAt = nil
            entry.state = .failed
            entry.finishedAt = end
            return .failed
        case .deferred(let answer, let failureClass, let concernsHost):
            entry.lastAnswer = answer
            entry.failureClass = failureClass.rawValue
            entry.dotSentAt = nil
            return again(concernsHost: concernsHost)
        case .unknown(let answer):
            // The window that SMTP leaves open (RFC 1047): tried again, with the same Message-ID.
            entry.lastAnswer = answer
            entry.failureClass = FailureClass.unknown.rawValue
            return again(concernsHost: false)
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
    /// The name that the attempt is recorded under.
    var name: String {
        switch self {
        case .handedOver: "handed-over"
        case .deferred: "deferred"
        case .refused: "refused"
        case .unknown: "unknown"
        case .keptLocally: "local"
        case .cancelled: "cancelled"
        }
    }
}
