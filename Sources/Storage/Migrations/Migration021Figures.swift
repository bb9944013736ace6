extension Migration {
    /// What the dashboard and the reports add up, without reading the rows themselves.
    static let figures = Migration(number: 21, name: "figures") { _ in
        [
            "CREATE INDEX delivery_by_sending ON delivery (sent_at, sender, id) WHERE sent_at IS NOT NULL",
            """
            CREATE INDEX delivery_ran_out ON delivery (state, expires_at, id) WHERE state IN ('expired', 'removed')
            """,
            "CREATE INDEX delivery_file_kept ON delivery_file (size) WHERE key_wraps IS NOT NULL",
        ]
    }
}
