import Deliveries
import Foundation
import MailMessage

/// Aggregate reports in SQL.
struct SQLDMARCReportStore: DMARCReportStore {
    let sql: any StatementRunner

    func insert(_ report: ReceivedDMARCReport) throws -> Bool {
        let isNew =
            try sql.first(
                """
                INSERT INTO dmarc_report (report, domain, day, organisation, begin_at, end_at, received_at) VALUES (
                    \(report.key), \(report.domain), \(report.day), \(report.organisation), \(report.begin),
                    \(report.end), \(report.receivedAt)
                ) ON CONFLICT (report) DO NOTHING RETURNING report
                """
            ) { try $0.text() } != nil
        guard isNew else { return false }
        for (position, row) in report.rows.enumerated() {
            try sql.run(
                """
                INSERT INTO dmarc_row (
                    report, position, domain, day, source, mails, disposition, is_dkim_aligned, is_spf_aligned,
                    is_pass, is_ours
                ) VALUES (
                    \(report.key), \(position), \(report.domain), \(report.day), \(row.source), \(row.count),
                    \(row.disposition), \(row.isDKIMAligned), \(row.isSPFAligned), \(row.isPass), \(row.isOurs)
                )
                """)
        }
        return true
    }

    func days(of domain: MailDomain, from day: Int) throws -> [DMARCDay] {
        try sql.all(
            """
            SELECT day, sum(mails * is_pass), sum(mails * (1 - is_pass)) FROM dmarc_row
            WHERE domain = \(domain) AND day >= \(day) GROUP BY day ORDER BY day DESC
            """
        ) { DMARCDay(day: try $0.count(), passed: try $0.count(), failed: try $0.count()) }
    }

    func sources(of domain: MailDomain, from day: Int, limit: Int) throws -> [DMARCSource] {
        try sql.all(
            """
            SELECT source, sum(mails) AS total, sum(mails * is_dkim_aligned), sum(mails * is_spf_aligned),
                sum(mails * is_pass), sum(mails * is_ours),
                sum(CASE WHEN disposition IN ('quarantine', 'reject') THEN mails ELSE 0 END)
            FROM dmarc_row WHERE domain = \(domain) AND day >= \(day)
            GROUP BY source ORDER BY total DESC, source LIMIT \(limit)
            """
        ) {
            DMARCSource(
                address: try $0.text(), count: try $0.count(), dkimAligned: try $0.count(),
                spfAligned: try $0.count(), passed: try $0.count(), ours: try $0.count(), stopped: try $0.count())
        }
    }

    func organisations(of domain: MailDomain, from day: Int) throws -> [String] {
        try sql.all(
            """
            SELECT DISTINCT organisation FROM dmarc_report WHERE domain = \(domain) AND day >= \(day)
            ORDER BY organisation
            """
        ) { try $0.text() }
    }

    func forget(beforeDay day: Int) throws -> Int {
        try sql.run("DELETE FROM dmarc_row WHERE day < \(day)")
        return try sql.touched("DELETE FROM dmarc_report WHERE day < \(day)")
    }
}
