import Deliveries
import Foundation

/// Rows by where they go.
extension SQLOutboxStore {
    /// The rows of the index by destination. The engines use a partial index only for what says the same as its
    /// condition, word for word; and what it excludes, rather than what it has, leaves them no other index to prefer.
    private static let stays: Statement = "state NOT IN ('handed-over', 'cancelled', 'local')"
    private static let staying: Set<OutboxEntry.State> = [.queued, .held, .failed]

    /// The condition for rows to a destination.
    static func goes(to destination: String, states: [OutboxEntry.State]?) -> Statement {
        guard let states else { return "destination = \(destination)" }
        if staying.isSuperset(of: states) {
            return "destination = \(destination) AND \(stays) AND state IN \(list: states)"
        }
        // Of all that ever left, those of one destination are fewer than those of one state: the state shall not choose
        // the index.
        return "destination = \(destination) AND (state || '') IN \(list: states)"
    }

    func destinations(failedSince: Date, offset: Int, limit: Int) throws -> [DestinationState] {
        func answer(_ condition: Statement, newest: Statement) -> Statement {
            """
            NULLIF((SELECT last_answer FROM outbox WHERE outbox.destination = page.destination AND \(condition)
                ORDER BY \(newest) DESC LIMIT 1), '')
            """
        }
        func due(urgent: Bool) -> Statement {
            """
            (SELECT min(due_at) FROM outbox
                WHERE state = 'queued' AND is_urgent = \(urgent) AND outbox.destination = page.destination)
            """
        }
        return try sql.all(
            """
            SELECT destination, queued, held, failed, oldest, \(due(urgent: true)), \(due(urgent: false)),
                COALESCE(
                    \(answer("state = 'queued' AND is_urgent = \(false)", newest: "due_at")),
                    \(answer("state = 'queued' AND is_urgent = \(true)", newest: "due_at")),
                    \(answer("\(Self.stays) AND state = 'failed'", newest: "id")),
                    \(answer("\(Self.stays) AND state = 'held'", newest: "id")), '')
            FROM (
                SELECT destination, count(*) FILTER (WHERE state = 'queued') AS queued,
                    count(*) FILTER (WHERE state = 'held') AS held, count(*) FILTER (WHERE state = 'failed') AS failed,
                    min(id) FILTER (WHERE state <> 'failed') AS oldest
                FROM outbox WHERE \(Self.isShown(failedSince))
                GROUP BY destination ORDER BY 2 DESC, 3 DESC, 4 DESC, 1 LIMIT \(limit) OFFSET \(offset)
            ) AS page ORDER BY queued DESC, held DESC, failed DESC, destination
            """
        ) { row in
            let destination = try row.text()
            let (queued, held, failed) = (try row.count(), try row.count(), try row.count())
            let oldest: OutboxEntryID? = try row.identifierOrNil()
            let due = [try row.dateOrNil(), try row.dateOrNil()].compactMap(\.self).min()
            return DestinationState(
                destination: destination, queued: queued, held: held, failed: failed, oldest: oldest?.date,
                nextAttemptAt: due, lastAnswer: try row.text())
        }
    }

    func destinationCount(failedSince: Date) throws -> Int {
        Int(
            try sql.number(
                "SELECT count(DISTINCT destination) FROM outbox WHERE \(Self.isShown(failedSince))"))
    }

    private static func isShown(_ failedSince: Date) -> Statement {
        "\(stays) AND (state <> 'failed' OR id >= \(OutboxEntryID.first(of: failedSince)))"
    }

    func rows(
        to destination: String, state: OutboxEntry.State, after: OutboxEntryID?, before: Date, limit: Int
    ) throws -> [OutboxEntryID] {
        try sql.all(
            """
            SELECT id FROM outbox WHERE \(Self.goes(to: destination, states: [state]))
                AND id > \(after?.description ?? "") AND id < \(OutboxEntryID.first(of: before))
            ORDER BY id LIMIT \(limit)
            """
        ) { try $0.identifier() }
    }

    func hold(_ rows: [OutboxEntryID]) throws -> Int {
        try sql.touched(
            """
            UPDATE outbox SET state = 'held', held_for = NULL
            WHERE id IN \(list: rows) AND state = 'queued'
            """)
    }

    func release(_ rows: [OutboxEntryID], at now: Date) throws -> Int {
        // A lease stays with whoever has it: the attempt under way ends before another one begins.
        try sql.touched(
            """
            UPDATE outbox SET state = 'queued', next_attempt_at = \(now),
                due_at = CASE WHEN leased_until > \(now) THEN leased_until ELSE \(now) END
            WHERE id IN \(list: rows) AND state = 'held' AND held_for IS NULL
            """)
    }

    func hasten(_ rows: [OutboxEntryID], at now: Date) throws -> Int {
        try sql.touched(
            """
            UPDATE outbox SET next_attempt_at = \(now), due_at = \(now)
            WHERE id IN \(list: rows) AND state = 'queued' AND due_at > \(now)
                AND (leased_until IS NULL OR leased_until <= \(now))
            """)
    }
}
