extension Migration {
    /// Certificates of the mail server, from an authority that issues by itself.
    static let certificates = Migration(number: 8, name: "certificates") { types in
        [
            """
            CREATE TABLE certificate (
                server \(types.text) NOT NULL PRIMARY KEY,
                subject \(types.text) NOT NULL,
                chain \(types.text) NOT NULL,
                sealed_key \(types.blob) NOT NULL,
                issued_at \(types.integer) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE certificate_order (
                server \(types.text) NOT NULL PRIMARY KEY,
                subject \(types.text) NOT NULL,
                due_at \(types.integer) NOT NULL,
                paused_until \(types.integer),
                started_at \(types.integer),
                ended_at \(types.integer),
                step \(types.text) NOT NULL,
                problem \(types.text) NOT NULL,
                detail \(types.text) NOT NULL,
                failures \(types.integer) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE certificate_account (
                directory \(types.text) NOT NULL PRIMARY KEY,
                sealed_key \(types.blob) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE certificate_challenge (
                token \(types.text) NOT NULL PRIMARY KEY,
                answer \(types.text) NOT NULL,
                expires_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX certificate_challenge_by_time ON certificate_challenge (expires_at)",
        ]
    }
}
