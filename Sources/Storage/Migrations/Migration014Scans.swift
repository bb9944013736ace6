extension Migration {
    /// What the virus scanner said of files.
    static let scans = Migration(number: 14, name: "scans") { types in
        [
            "ALTER TABLE delivery_file ADD COLUMN scan_state \(types.text) NOT NULL DEFAULT 'waiting'",
            "ALTER TABLE delivery_file ADD COLUMN scan_finding \(types.text) NOT NULL DEFAULT ''",
            "ALTER TABLE delivery_file ADD COLUMN scanner \(types.text) NOT NULL DEFAULT ''",
            "ALTER TABLE delivery_file ADD COLUMN scanned_at \(types.integer)",
            "ALTER TABLE delivery_file ADD COLUMN scan_tries \(types.integer) NOT NULL DEFAULT 0",
            """
            CREATE INDEX delivery_file_unscanned ON delivery_file (scan_tries, completed_at)
            WHERE scan_state IN ('waiting', 'unreached') AND completed_at IS NOT NULL AND key_wraps IS NOT NULL
            """,
            """
            CREATE INDEX delivery_file_held ON delivery_file (scan_state, scanned_at)
            WHERE scan_state IN ('found', 'too-large') AND key_wraps IS NOT NULL
            """,
        ]
    }
}
