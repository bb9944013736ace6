extension Migration {
    /// What others report of TLS towards our domains.
    static let tlsReports = Migration(number: 9, name: "TLS reports") { types in
        [
            """
            CREATE TABLE tls_report (
                report \(types.text) NOT NULL PRIMARY KEY,
                day \(types.integer) NOT NULL,
                organisation \(types.text) NOT NULL,
                begin_at \(types.integer) NOT NULL,
                end_at \(types.integer) NOT NULL,
                received_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX tls_report_by_day ON tls_report (day)",
            // The day stands here again, so that a page finds its rows by one index.
            """
            CREATE TABLE tls_report_row (
                report \(types.text) NOT NULL REFERENCES tls_report (report),
                position \(types.integer) NOT NULL,
                domain \(types.text) NOT NULL,
                day \(types.integer) NOT NULL,
                policy \(types.text) NOT NULL,
                result \(types.text) NOT NULL,
                host \(types.text) NOT NULL,
                sessions \(types.integer) NOT NULL,
                PRIMARY KEY (report, position)
            \(types.end)
            """,
            "CREATE INDEX tls_report_row_by_day ON tls_report_row (day)",
        ]
    }
}
