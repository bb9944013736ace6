import Deliveries
import Foundation

/// Runs in SQL.
struct SQLRunStore: RunStore {
    let sql: any StatementRunner

    func insert(_ run: Run) throws {
        try sql.run(
            """
            INSERT INTO run (id, kind, started_at, alive_until, sealed_about, sealed_state) VALUES (
                \(run.id), \(run.kind), \(run.startedAt), \(run.aliveUntil), \(run.sealedAbout), \(run.sealedState)
            )
            """)
    }

    func run(_ id: RunID, kind: String) throws -> Run? {
        try sql.first(
            """
            SELECT id, kind, started_at, alive_until, sealed_about, sealed_state FROM run
            WHERE id = \(id) AND kind = \(kind)
            """
        ) { row in
            Run(
                id: try row.identifier(), kind: try row.text(), startedAt: try row.date(),
                aliveUntil: try row.dateOrNil(), sealedAbout: try row.data(), sealedState: try row.data())
        }
    }

    func countAlive(kind: String, now: Date) throws -> Int {
        try sql.first("SELECT count(*) FROM run WHERE kind = \(kind) AND alive_until > \(now)") { try $0.count() } ?? 0
    }

    func renew(_ id: RunID, until: Date) throws {
        try sql.run("UPDATE run SET alive_until = \(until) WHERE id = \(id) AND alive_until IS NOT NULL")
    }

    func update(_ id: RunID, sealedState: Data, aliveUntil: Date?) throws {
        try sql.run(
            """
            UPDATE run SET sealed_state = \(sealedState), alive_until = \(aliveUntil)
            WHERE id = \(id) AND alive_until IS NOT NULL
            """)
    }

    func remove(startedBefore: Date) throws -> Int {
        try sql.touched("DELETE FROM run WHERE started_at < \(startedBefore)")
    }
}
