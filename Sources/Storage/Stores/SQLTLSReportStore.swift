import Deliveries
import Foundation

/// Reports on TLS in SQL.
struct SQLTLSReportStore: TLSReportStore {
    let sql: any StatementRunner

    func insert(_ report: ReceivedTLSReport) throws -> Bool {
        let isNew =
            try sql.first(
                """
                INSERT INTO tls_report (report, day, organisation, begin_at, end_at, received_at) VALUES (
                    \(report.key), \(report.day), \(report.organisation), \(report.begin), \(report.end),
                    \(report.receivedAt)
                ) ON CONFLICT (report) DO NOTHING RETURNING report
                """
            ) { try $0.text() } != nil
        guard isNew else { return false }
        for (position, row) in report.rows.enumerated() {
            try sql.run(
                """
                INSERT INTO tls_report_row (report, position, domain, day, policy, result, host, sessions) VALUES (
                    \(report.key), \(position), \(row.domain), \(report.day), \(row.policy), \(row.result), \(row.host),
                    \(row.sessions)
                )
                """)
        }
        return true
    }

    func domains(from day: Int) throws -> [TLSReportDomain] {
        try sql.all(
            """
            SELECT domain, sum(CASE WHEN result = '' THEN sessions ELSE 0 END),
                sum(CASE WHEN result = '' THEN 0 ELSE sessions END)
            FROM tls_report_row WHERE day >= \(day) GROUP BY domain ORDER BY domain
            """
        ) { TLSReportDomain(domain: try $0.text(), successful: try $0.count(), failed: try $0.count()) }
    }

    func failures(from day: Int, limit: Int) throws -> [TLSReportFailure] {
        try sql.all(
            """
            SELECT domain, host, result, sum(sessions) AS total FROM tls_report_row
            WHERE day >= \(day) AND result <> '' GROUP BY domain, host, result
            ORDER BY total DESC, domain, host, result LIMIT \(limit)
            """
        ) {
            TLSReportFailure(
                domain: try $0.text(), host: try $0.text(), result: try $0.text(), sessions: try $0.count())
        }
    }

    func organisations(from day: Int) throws -> [String] {
        try sql.all("SELECT DISTINCT organisation FROM tls_report WHERE day >= \(day) ORDER BY organisation") {
            try $0.text()
        }
    }

    func forget(beforeDay day: Int) throws -> Int {
        try sql.run("DELETE FROM tls_report_row WHERE day < \(day)")
        return try sql.touched("DELETE FROM tls_report WHERE day < \(day)")
    }
}
