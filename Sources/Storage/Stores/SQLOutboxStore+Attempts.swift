import Deliveries
import Foundation

extension SQLOutboxStore {
    private static let attemptColumns: Statement = """
        entry, number, started_at, ended_at, outcome, answer, sealed_conversation
        """

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
        try sql.run(
            """
            UPDATE outbox_attempt SET
                ended_at = \(attempt.endedAt), outcome = \(attempt.outcome), answer = \(attempt.answer),
                sealed_conversation = \(attempt.sealedConversation)
            WHERE entry = \(attempt.entry) AND number = \(attempt.number)
            """)
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
