import Deliveries
import Foundation

/// Counts in SQL what the clean-up would take away; the conditions are those of the statements that do it.
struct SQLCleanUpStore: CleanUpStore {
    let sql: any StatementRunner

    /// An amount of deliveries with their files.
    private func amount(_ condition: Statement) throws -> CleanUpAmount {
        let counted = try sql.first(
            """
            SELECT count(*), CAST(coalesce(sum((
                SELECT sum(size) FROM delivery_file
                WHERE delivery_file.delivery = delivery.id AND delivery_file.key_wraps IS NOT NULL
            )), 0) AS BIGINT) FROM delivery WHERE \(condition)
            """
        ) { CleanUpAmount(count: try $0.count(), octets: try $0.integer()) }
        return counted ?? CleanUpAmount(count: 0)
    }

    func expiring(until: Date) throws -> CleanUpAmount {
        CleanUpAmount(
            count: Int(
                try sql.number("SELECT count(*) FROM delivery WHERE state = 'sent' AND expires_at <= \(until)")))
    }

    /// Of deliveries that still run, only those that run out before their files are removed: all of them.
    private static func isRemoved(until: Date) -> Statement {
        """
        remove_files_at <= \(until) AND (
            state IN ('expired', 'withdrawn') OR state = 'sent' AND expires_at <= \(until)
        )
        """
    }

    func removals(until: Date) throws -> CleanUpAmount { try amount(Self.isRemoved(until: until)) }

    func removals(until: Date, offset: Int, limit: Int) throws -> [ComingRemoval] {
        try sql.all(
            """
            SELECT id, state, sender, remove_files_at,
                (SELECT count(*) FROM delivery_file WHERE delivery_file.delivery = delivery.id),
                (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM delivery_file
                    WHERE delivery_file.delivery = delivery.id AND delivery_file.key_wraps IS NOT NULL)
            FROM delivery WHERE \(Self.isRemoved(until: until))
            ORDER BY remove_files_at, id LIMIT \(limit) OFFSET \(offset)
            """
        ) { row in
            ComingRemoval(
                delivery: try row.identifier(), state: try row.choice(), sender: try row.identifier(),
                at: try row.date(), files: try row.count(), octets: try row.integer())
        }
    }

    func abandonedDrafts(before: Date, insertedBefore: Date) throws -> CleanUpAmount {
        try amount(
            """
            state = 'draft' AND updated_at < \(before)
            AND (inserted_at IS NULL OR updated_at < \(insertedBefore))
            """)
    }

    func visits(before: Date) throws -> CleanUpAmount {
        CleanUpAmount(
            count: Int(
                try sql.number("SELECT count(*) FROM access_trace WHERE seen_at < \(before)")
                    + sql.number("SELECT count(*) FROM mailed_code WHERE created_at < \(before)")
                    + sql.number("SELECT count(*) FROM download_grant WHERE created_at < \(before)")))
    }

    func mailTexts(before: Date) throws -> CleanUpAmount {
        CleanUpAmount(
            count: Int(
                try sql.number(
                    """
                    SELECT count(*) FROM outbox
                    WHERE finished_at IS NOT NULL AND mail_kept = 1 AND finished_at < \(before)
                    """)))
    }

    func messages(before: Date) throws -> CleanUpAmount {
        CleanUpAmount(
            count: Int(
                try sql.number(
                    """
                    SELECT count(*) FROM message WHERE received_at < \(before) AND NOT EXISTS (
                        SELECT 1 FROM outbox WHERE outbox.message = message.id
                        AND outbox.state NOT IN ('handed-over', 'failed', 'cancelled'))
                    """)))
    }

    func signIns(until: Date) throws -> CleanUpAmount {
        CleanUpAmount(
            count: Int(
                try sql.number("SELECT count(*) FROM session WHERE expires_at <= \(until)")
                    + sql.number("SELECT count(*) FROM account_token WHERE expires_at <= \(until)")))
    }
}
