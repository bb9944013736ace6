import Deliveries
import Foundation

/// Jobs, throttles, notices and, in `SQLLedgerStore+Audit.swift`, the audit trail in SQL.
struct SQLLedgerStore: LedgerStore {
    let sql: any StatementRunner
    let chain: AuditChain

    func leaseJob(_ name: String, now: Date, until: Date) throws -> Bool {
        // A lease that was refused updates no row, so it returns none.
        try sql.first(
            """
            INSERT INTO job (name, next_at, leased_until) VALUES (\(name), \(now), \(until))
            ON CONFLICT (name) DO UPDATE SET leased_until = excluded.leased_until
            WHERE job.next_at <= \(now) AND (job.leased_until IS NULL OR job.leased_until <= \(now))
            RETURNING name
            """
        ) { try $0.text() } != nil
    }

    func finishJob(_ name: String, nextAt: Date, failedAt: Date?) throws {
        try sql.run(
            """
            INSERT INTO job (name, next_at, leased_until, failing_since)
            VALUES (\(name), \(nextAt), NULL, \(failedAt))
            ON CONFLICT (name) DO UPDATE SET
                next_at = excluded.next_at, leased_until = NULL,
                failing_since = CASE
                    WHEN excluded.failing_since IS NULL THEN NULL
                    ELSE coalesce(job.failing_since, excluded.failing_since)
                END
            """)
    }

    func failingJobs() throws -> [String: Date] {
        let rows = try sql.all("SELECT name, failing_since FROM job WHERE failing_since IS NOT NULL") {
            (try $0.text(), try $0.date())
        }
        return Dictionary(rows) { first, _ in first }
    }

    private static func readWindow(_ row: inout RowReader) throws -> (count: Int, windowEnds: Date) {
        (try row.count(), try row.date())
    }

    func countThrottle(_ key: String, window: TimeInterval, now: Date) throws -> (count: Int, windowEnds: Date) {
        let counted = try sql.first(
            """
            INSERT INTO throttle (name, hits, window_ends) VALUES (\(key), 1, \(now.addingTimeInterval(window)))
            ON CONFLICT (name) DO UPDATE SET
                hits = CASE WHEN throttle.window_ends <= \(now) THEN 1 ELSE throttle.hits + 1 END,
                window_ends = CASE
                    WHEN throttle.window_ends <= \(now) THEN excluded.window_ends ELSE throttle.window_ends
                END
            RETURNING hits, window_ends
            """, Self.readWindow)
        guard let counted else { throw DeliveriesError(.trouble, detail: "a throttle was not counted") }
        return counted
    }

    func throttleCount(_ key: String, now: Date) throws -> (count: Int, windowEnds: Date)? {
        try sql.first(
            "SELECT hits, window_ends FROM throttle WHERE name = \(key) AND window_ends > \(now)", Self.readWindow)
    }

    func clearThrottle(_ key: String) throws {
        try sql.run("DELETE FROM throttle WHERE name = \(key)")
    }

    func removeThrottles(now: Date) throws -> Int {
        try sql.touched("DELETE FROM throttle WHERE window_ends <= \(now)")
    }

    private static func readNotice(_ row: inout RowReader) throws -> GatheredNotice {
        GatheredNotice(delivery: try row.identifier(), toldUpTo: try row.integer(), dueAt: try row.dateOrNil())
    }

    func notice(of delivery: DeliveryID) throws -> GatheredNotice? {
        try sql.first(
            "SELECT delivery, told_up_to, due_at FROM gathered_notice WHERE delivery = \(delivery)", Self.readNotice)
    }

    func set(_ notice: GatheredNotice) throws {
        try sql.run(
            """
            INSERT INTO gathered_notice (delivery, told_up_to, due_at)
            VALUES (\(notice.delivery), \(notice.toldUpTo), \(notice.dueAt))
            ON CONFLICT (delivery) DO UPDATE SET told_up_to = excluded.told_up_to, due_at = excluded.due_at
            """)
    }

    func dueNotices(now: Date, limit: Int) throws -> [GatheredNotice] {
        try sql.all(
            """
            SELECT delivery, told_up_to, due_at FROM gathered_notice
            WHERE due_at IS NOT NULL AND due_at <= \(now) ORDER BY due_at LIMIT \(limit)
            """, Self.readNotice)
    }
}
