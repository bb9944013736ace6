import Deliveries
import Foundation
import Logging
import MailMessage
import SMTP
import Secrets
import SenderDomains
import ServiceLifecycle

/// What an attempt came to, recorded.
extension MailAttempt {
    private static let mostTriesWhileStopping = 12

    /// Records an outcome. What the mail server said must not be lost, or the mail would go twice: where the disk is
    /// full or the database in trouble, it is tried until it succeeds.
    func record(
        _ outcome: RouteOutcome, of leased: OutboxEntry, attempt: OutboxAttempt?, sender: SenderDecision?,
        settings: Settings
    ) async throws -> AttemptReport {
        let sealed = try attempt.map { try self.sealed(outcome.conversation, of: $0) }
        let end = now()
        var failures = 0
        while true {
            do {
                // The row's own truth matters most: a notice that cannot be written must not send the mail again.
                let entry = try await store(
                    outcome, of: leased, attempt: attempt, sender: sender, lifetime: settings.mailLifetime,
                    sealed: sealed, at: end,
                    tellsDelivery: failures % 4 != 3)
                changes.give()
                logger.info(
                    "mail attempt",
                    metadata: entry.logMetadata(attempt: attempt?.number).merging(outcome.logMetadata) { $1 }
                        .merging(["class": "\(entry.failureClass)", "state": "\(entry.state.rawValue)"]) { $1 })
                return AttemptReport(entry: entry, outcome: outcome, sender: sender)
            } catch {
                failures += 1
                logger.failure(
                    "the outcome of an attempt could not be recorded", error,
                    metadata: leased.logMetadata(attempt: attempt?.number))
                guard attempt != nil else { throw error }
                // A stop does not wait until its own end for a database that is away.
                let isStopping = Task.isShuttingDownGracefully
                if isStopping, failures >= Self.mostTriesWhileStopping { throw error }
                do {
                    try await pause(.seconds(isStopping ? 1 : min(1 << min(failures, 5), 30)))
                } catch {
                    // The stop is at its end: a few times more, at once.
                    if failures >= 8 { throw error }
                }
            }
        }
    }

    private func store(
        _ outcome: RouteOutcome, of leased: OutboxEntry, attempt: OutboxAttempt?, sender: SenderDecision?,
        lifetime: TimeInterval, sealed: Data?, at end: Date, tellsDelivery: Bool
    ) async throws -> OutboxEntry {
        let jitter = jitter()
        return try await database.write { transaction in
            func ended(_ stored: OutboxEntry) throws -> (OutboxEntry, MailOutcome.Change?) {
                var entry = stored
                entry.leasedUntil = nil
                if let sender { entry.senderReason = sender.code }
                let firstStart =
                    end.timeIntervalSince(entry.createdAt) < lifetime
                    ? entry.createdAt : try transaction.outbox.attempts(of: entry.id).first?.startedAt ?? end
                let change = apply(
                    outcome.result, passage: outcome.passage, to: &entry, at: end, jitter: jitter,
                    isLast: end.timeIntervalSince(firstStart) >= lifetime)
                return (entry, change)
            }
            var (entry, change) = try ended(leased)
            // Seldom is it not as it was leased: cancelled or held meanwhile.
            if try !transaction.outbox.noteEnd(entry) {
                let stored = try transaction.outbox.entry(leased.id) ?? leased
                let isHandedOver = if case .handedOver = outcome.result { true } else { false }
                if stored.attempts == leased.attempts || isHandedOver {
                    (entry, change) = try ended(stored)
                    try transaction.outbox.update(entry)
                } else {
                    // The lease ran out, and the row belongs to a later attempt by now.
                    (entry, change) = (stored, nil)
                }
            }
            if var attempt {
                attempt.endedAt = end
                attempt.outcome = outcome.result.name
                attempt.answer = outcome.answer
                attempt.sealedConversation = sealed ?? Data()
                try transaction.outbox.update(attempt)
            }
            if entry.message != nil {
                return try messages.record(
                    change, of: entry, isReportedOn: outcome.isReportedOn, in: transaction, at: end)
            }
            if let change, tellsDelivery { try outcomes.record(change, of: entry, in: transaction, at: end) }
            return entry
        }
    }

    /// Changes the row; returns what that means to its delivery.
    private func apply(
        _ result: RouteOutcome.Result, passage: MailPassage?, to entry: inout OutboxEntry, at end: Date,
        jitter: Double, isLast: Bool
    ) -> MailOutcome.Change? {
        if case .handedOver(let answer) = result {
            // Also where it was cancelled meanwhile: the server has the mail, and that is the truth.
            let isNews = entry.state != .handedOver
            entry.state = .handedOver
            entry.lastAnswer = answer
            entry.failureClass = ""
            entry.dotSentAt = nil
            entry.passage = passage
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
        case .postponed(let until, let answer):
            // Not an attempt: only the time counts, and in the end that runs out, too.
            if !answer.isEmpty { (entry.lastAnswer, entry.failureClass) = (answer, FailureClass.routing.rawValue) }
            guard !isLast else { return again(concernsHost: true) }
            entry.nextAttemptAt = max(until, end)
            return nil
        case .keptLocally:
            entry.state = .local
            return .storedLocally
        case .held(let answer, let domain):
            entry.lastAnswer = answer
            entry.failureClass = FailureClass.authentication.rawValue
            entry.heldFor = domain
            entry.state = .held
            return .held
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
        case .held: "held"
        case .keptLocally: "local"
        case .postponed: "postponed"
        case .cancelled: "cancelled"
        }
    }
}
