import Deliveries
import Foundation

/// Figures in SQL.
struct SQLFigureStore: FigureStore {
    let sql: any StatementRunner

    private static let hasFiles: Statement =
        "EXISTS (SELECT 1 FROM delivery_file WHERE delivery_file.delivery = delivery.id)"
    private static let isFetched: Statement =
        "EXISTS (SELECT 1 FROM file_fetch WHERE file_fetch.delivery = delivery.id)"

    func sentCount(from: Date, until: Date) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM delivery WHERE sent_at >= \(from) AND sent_at < \(until)"))
    }

    func sent(from: Date, until: Date) throws -> SentFigures {
        try sql.first(
            """
            SELECT count(*), CAST(coalesce(sum(CASE WHEN \(Self.hasFiles) THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN \(Self.isFetched) THEN 1 ELSE 0 END), 0) AS BIGINT)
            FROM delivery WHERE sent_at >= \(from) AND sent_at < \(until)
            """
        ) { SentFigures(deliveries: try $0.count(), withFiles: try $0.count(), fetched: try $0.count()) }
            ?? SentFigures(deliveries: 0, withFiles: 0, fetched: 0)
    }

    func expired(from: Date, until: Date) throws -> ExpiredFigures {
        try sql.first(
            """
            SELECT count(*), CAST(coalesce(sum(
                CASE WHEN \(Self.hasFiles) AND NOT \(Self.isFetched) THEN 1 ELSE 0 END), 0) AS BIGINT)
            FROM delivery
            WHERE state IN ('expired', 'removed') AND expires_at >= \(from) AND expires_at < \(until)
            """
        ) { ExpiredFigures(deliveries: try $0.count(), unfetched: try $0.count()) }
            ?? ExpiredFigures(deliveries: 0, unfetched: 0)
    }

    func keptFiles() throws -> CleanUpAmount {
        try sql.first(
            """
            SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM delivery_file WHERE key_wraps IS NOT NULL
            """
        ) { CleanUpAmount(count: try $0.count(), octets: try $0.integer()) } ?? CleanUpAmount(count: 0)
    }

    func accounts() throws -> AccountFigures {
        let rows = try sql.all(
            """
            SELECT state, count(*), CAST(sum(CASE WHEN totp_confirmed = 1 THEN 0 ELSE 1 END) AS BIGINT)
            FROM account GROUP BY state
            """
        ) { row -> (Account.State, (all: Int, withoutFactor: Int)) in
            (try row.choice(), (try row.count(), try row.count()))
        }
        let counts = Dictionary(rows) { first, _ in first }
        return AccountFigures(
            active: counts[.active]?.all ?? 0, invited: counts[.invited]?.all ?? 0,
            disabled: counts[.disabled]?.all ?? 0, withoutSecondFactor: counts[.active]?.withoutFactor ?? 0)
    }

    func usage(from: Date, until: Date, sender: AccountID?) throws -> [SenderUsage] {
        // What was sent is listed by when it was sent: one sender's is found by the index of the sender's own list.
        let condition: Statement =
            if let sender {
                """
                sender = \(sender) AND listed_at >= \(from) AND listed_at < \(until) AND sent_at IS NOT NULL
                """
            } else {
                "sent_at >= \(from) AND sent_at < \(until)"
            }
        return try sql.all(
            """
            SELECT sender, count(*), CAST(sum(recipients) AS BIGINT), CAST(sum(files) AS BIGINT),
                CAST(sum(octets) AS BIGINT), CAST(sum(CASE WHEN files > 0 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(sum(fetched) AS BIGINT), CAST(sum(bounces) AS BIGINT)
            FROM (
                SELECT delivery.sender AS sender,
                    (SELECT count(*) FROM recipient WHERE recipient.delivery = delivery.id) AS recipients,
                    (SELECT count(*) FROM delivery_file WHERE delivery_file.delivery = delivery.id) AS files,
                    (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM delivery_file
                        WHERE delivery_file.delivery = delivery.id) AS octets,
                    CASE WHEN \(Self.isFetched) THEN 1 ELSE 0 END AS fetched,
                    (SELECT count(*) FROM outbox WHERE outbox.delivery = delivery.id AND outbox.state = 'failed'
                        AND outbox.recipient IS NOT NULL) AS bounces
                FROM delivery WHERE \(condition)
            ) AS sending
            GROUP BY sender ORDER BY sender
            """
        ) { row in
            let (sender, deliveries) = (try row.identifier() as AccountID, try row.count())
            let (recipients, files, octets) = (try row.count(), try row.count(), try row.integer())
            return SenderUsage(
                sender: sender, deliveries: deliveries, recipients: recipients, files: files, octets: octets,
                withFiles: try row.count(), fetched: try row.count(), bounces: try row.count())
        }
    }
}
