import Deliveries
import Foundation

extension SQLOutboxStore {
    private static let attemptColumns: Statement = """
        entry, number, started_at, ended_at, outcome, answer, sealed_conversation
        """

    func noteBeginning(_ entry: OutboxEntry) throws -> Bool {
        try sql.touched(
            """
            UPDATE outbox SET
                attempts = \(entry.attempts), next_attempt_at = \(entry.nextAttemptAt),
                leased_until = \(entry.leasedUntil), due_at = \(Self.due(entry)), dot_sent_at = NULL,
                visible_from = \(entry.visibleFrom), sender_reason = \(entry.senderReason)
            WHERE id = \(entry.id) AND state = 'queued' AND attempts = \(entry.attempts - 1)
            """) == 1
    }

    func noteEnd(_ entry: OutboxEntry) throws -> Bool {
        try sql.touched(
            """
            UPDATE outbox SET
                state = \(entry.state), next_attempt_at = \(entry.nextAttemptAt), leased_until = NULL,
                due_at = \(entry.nextAttemptAt), dot_sent_at = \(entry.dotSentAt),
                sender_reason = \(entry.senderReason), held_for = \(entry.heldFor),
                last_answer = \(entry.lastAnswer), failure_class = \(entry.failureClass),
                passage = \(Self.stored(entry.passage)), finished_at = \(entry.finishedAt)
            WHERE id = \(entry.id) AND state = 'queued' AND attempts = \(entry.attempts)
            """) == 1
    }

    func insert(_ attempt: OutboxAttempt) throws {
        try sql.run(
            """
            INSERT INTO outbox_attempt (\(Self.attemptColumns)) VALUES (
                \(attempt.entry), \(attempt.number), \(attempt.startedAt), \(attempt.endedAt), \(attempt.outcome),
                \(attempt.answer), \(attempt.sealedConversation)
            )
            """)
    }

    func update(_ attempt: OutboxAttempt) throws {
        let change: Statement = """
            UPDATE outbox_attempt SET
                ended_at = \(attempt.endedAt), outcome = \(attempt.outcome), answer = \(attempt.answer),
                sealed_conversation = \(attempt.sealedConversation)
            WHERE entry = \(attempt.entry) AND number = \(attempt.number)
            """
        guard let end = attempt.endedAt, !attempt.outcome.isEmpty else {
            try sql.run(change)
            return
        }
        // The first end counts; another one only corrects what is said of it.
        if try sql.touched("\(change) AND ended_at IS NULL") == 1 {
            try count(attempt, endedAt: end)
        } else {
            try sql.run(change)
        }
    }

    func attempts(of entry: OutboxEntryID) throws -> [OutboxAttempt] {
        try sql.all(
            "SELECT \(Self.attemptColumns) FROM outbox_attempt WHERE entry = \(entry) ORDER BY number"
        ) { row in
            OutboxAttempt(
                entry: try row.identifier(), number: try row.count(), startedAt: try row.date(),
                endedAt: try row.dateOrNil(), outcome: try row.text(), answer: try row.text(),
                sealedConversation: try row.data())
        }
    }
}
