import Deliveries
import Foundation

/// Who works on which row.
extension SQLOutboxStore {
    func lease(now: Date, until: Date, limit: Int) throws -> [OutboxEntry] {
        try lease(now: now, until: until, limit: limit, condition: "")
    }

    func lease(destination: String, now: Date, until: Date, limit: Int) throws -> [OutboxEntry] {
        try lease(now: now, until: until, limit: limit, condition: "AND destination = \(destination)")
    }

    private func lease(now: Date, until: Date, limit: Int, condition: Statement) throws -> [OutboxEntry] {
        var leased: [OutboxEntry] = []
        for urgent in [true, false] where leased.count < limit {
            leased += try lease(
                urgent: urgent, now: now, until: until, limit: limit - leased.count, condition: condition)
        }
        let composed = leased.filter { $0.message == nil }
        guard !composed.isEmpty else { return leased }
        let mails = try sql.all(
            "SELECT entry, sealed_mail FROM outbox_mail WHERE entry IN \(list: composed.map(\.id))"
        ) { row -> (OutboxEntryID, Data) in (try row.identifier(), try row.data()) }
        let mailOf = Dictionary(mails) { first, _ in first }
        return leased.map { entry in
            var entry = entry
            entry.sealedMail = mailOf[entry.id] ?? Data()
            return entry
        }
    }

    private func lease(
        urgent: Bool, now: Date, until: Date, limit: Int, condition: Statement
    ) throws -> [OutboxEntry] {
        // Several workers on PostgreSQL take different rows without waiting for each other; SQLite has one writer.
        let locking: Statement = sql.engine == .postgreSQL ? "FOR UPDATE SKIP LOCKED" : ""
        // Chosen once: where the choice stood in the condition, a plan could make it anew for each row, and lease too many.
        let leased = try sql.all(
            """
            WITH due AS MATERIALIZED (
                SELECT id FROM outbox
                WHERE state = 'queued' AND is_urgent = \(urgent) \(condition) AND due_at <= \(now)
                ORDER BY due_at, id LIMIT \(limit) \(locking)
            )
            UPDATE outbox SET leased_until = \(until), due_at = \(until) WHERE id IN (SELECT id FROM due)
            RETURNING \(Self.columns)
            """, Self.read)
        return leased.sorted { ($0.nextAttemptAt, $0.id) < ($1.nextAttemptAt, $1.id) }
    }

    func dueDestinations(after: String, now: Date, limit: Int) throws -> [String] {
        // From one destination to the next by the index, whatever the number of rows of each.
        var found: Set<String> = []
        for urgent in [true, false] {
            let next: Statement = """
                SELECT min(destination) FROM outbox WHERE state = 'queued' AND is_urgent = \(urgent)
                """
            let due: Statement = """
                SELECT 1 FROM outbox WHERE state = 'queued' AND is_urgent = \(urgent)
                    AND outbox.destination = place.destination AND due_at <= \(now)
                """
            found.formUnion(
                try sql.all(
                    """
                    WITH RECURSIVE place (destination) AS (
                        \(next) AND destination > \(after)
                        UNION ALL
                        SELECT (\(next) AND outbox.destination > place.destination) FROM place
                        WHERE place.destination IS NOT NULL
                    )
                    SELECT destination FROM place WHERE destination IS NOT NULL AND EXISTS (\(due)) LIMIT \(limit)
                    """
                ) { try $0.text() })
        }
        return Array(found.sorted().prefix(limit))
    }
}
