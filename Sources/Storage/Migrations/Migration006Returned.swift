extension Migration {
    /// Addresses that get no further mail, and what receivers report of the mail of our sender domains.
    static let returned = Migration(number: 6, name: "returned mail") { types in
        [
            """
            CREATE TABLE suppression (
                address \(types.text) NOT NULL PRIMARY KEY,
                email \(types.text) NOT NULL,
                reason \(types.text) NOT NULL,
                answer \(types.text) NOT NULL,
                source \(types.text),
                suppressed_at \(types.integer) NOT NULL,
                search \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX suppression_by_time ON suppression (suppressed_at)",
            """
            CREATE TABLE dmarc_report (
                report \(types.text) NOT NULL PRIMARY KEY,
                domain \(types.text) NOT NULL,
                day \(types.integer) NOT NULL,
                organisation \(types.text) NOT NULL,
                begin_at \(types.integer) NOT NULL,
                end_at \(types.integer) NOT NULL,
                received_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX dmarc_report_by_domain ON dmarc_report (domain, day)",
            "CREATE INDEX dmarc_report_by_day ON dmarc_report (day)",
            // Domain and day stand here again, so that a page finds its rows by one index.
            """
            CREATE TABLE dmarc_row (
                report \(types.text) NOT NULL REFERENCES dmarc_report (report),
                position \(types.integer) NOT NULL,
                domain \(types.text) NOT NULL,
                day \(types.integer) NOT NULL,
                source \(types.text) NOT NULL,
                mails \(types.integer) NOT NULL,
                disposition \(types.text) NOT NULL,
                is_dkim_aligned \(types.integer) NOT NULL,
                is_spf_aligned \(types.integer) NOT NULL,
                is_pass \(types.integer) NOT NULL,
                is_ours \(types.integer) NOT NULL,
                PRIMARY KEY (report, position)
            \(types.end)
            """,
            "CREATE INDEX dmarc_row_by_domain ON dmarc_row (domain, day)",
            "CREATE INDEX dmarc_row_by_day ON dmarc_row (day)",
        ]
    }
}
