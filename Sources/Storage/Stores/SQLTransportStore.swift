import Deliveries
import Foundation

/// What is known of other mail servers, in SQL.
struct SQLTransportStore: TransportStore {
    let sql: any StatementRunner

    func policyState(of domain: String) throws -> String? {
        try sql.first("SELECT state FROM sts_policy WHERE domain = \(domain)") { try $0.text() }
    }

    func keepPolicyState(_ state: String, of domain: String, at: Date) throws {
        try sql.run(
            """
            INSERT INTO sts_policy (domain, state, kept_at) VALUES (\(domain), \(state), \(at))
            ON CONFLICT (domain) DO UPDATE SET state = excluded.state, kept_at = excluded.kept_at
            """)
    }

    func forgetPolicies(before: Date) throws -> Int {
        try sql.touched("DELETE FROM sts_policy WHERE kept_at < \(before)")
    }

    func count(_ counts: [TLSSessionCount]) throws {
        for count in counts {
            try sql.run(
                """
                INSERT INTO tls_session (day, domain, policy, failure, sessions) VALUES (
                    \(count.day), \(count.domain), \(count.policy), \(count.failure), \(count.sessions)
                )
                ON CONFLICT (day, domain, policy, failure)
                DO UPDATE SET sessions = tls_session.sessions + excluded.sessions
                """)
        }
    }

    func reportsDue(before day: Int, limit: Int) throws -> [(day: Int, domain: String)] {
        try sql.all(
            """
            SELECT DISTINCT day, domain FROM tls_session WHERE day < \(day) ORDER BY day, domain LIMIT \(limit)
            """
        ) { row in (day: try row.count(), domain: try row.text()) }
    }

    func counts(of domain: String, day: Int) throws -> [TLSSessionCount] {
        try sql.all(
            """
            SELECT day, domain, policy, failure, sessions FROM tls_session
            WHERE day = \(day) AND domain = \(domain) ORDER BY policy, failure
            """
        ) { row in
            TLSSessionCount(
                day: try row.count(), domain: try row.text(), policy: try row.text(), failure: try row.text(),
                sessions: try row.count())
        }
    }

    func removeCounts(of domain: String, day: Int) throws {
        try sql.run("DELETE FROM tls_session WHERE day = \(day) AND domain = \(domain)")
    }
}
