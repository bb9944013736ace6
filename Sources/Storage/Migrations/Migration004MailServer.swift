extension Migration {
    /// Messages that were handed in whole, where mail goes, and how it travelled.
    static let mailServer = Migration(number: 4, name: "mail server") { types in
        [
            "ALTER TABLE outbox ADD COLUMN message \(types.text)",
            "ALTER TABLE outbox ADD COLUMN destination \(types.text) NOT NULL DEFAULT ''",
            "ALTER TABLE outbox ADD COLUMN dsn_notify \(types.text)",
            "ALTER TABLE outbox ADD COLUMN dsn_recipient \(types.text) NOT NULL DEFAULT ''",
            "ALTER TABLE outbox ADD COLUMN passage \(types.text)",
            "ALTER TABLE outbox ADD COLUMN warned_at \(types.integer)",
            // Addresses that are stored have exactly one @ outside of quotes: the last one.
            """
            UPDATE outbox SET destination = lower(substr(email, length(rtrim(email,
                replace(email, '@', ''))) + 1))
            """,
            "CREATE INDEX outbox_by_destination ON outbox (is_urgent, destination, due_at, id) WHERE state = 'queued'",
            "CREATE INDEX outbox_by_message ON outbox (message) WHERE message IS NOT NULL",
            """
            CREATE TABLE message (
                id \(types.text) NOT NULL PRIMARY KEY,
                origin \(types.text) NOT NULL,
                submitter \(types.text) NOT NULL,
                envelope_from \(types.text),
                envelope_id \(types.text) NOT NULL,
                returns_all \(types.integer) NOT NULL,
                protection \(types.text) NOT NULL,
                header_from \(types.text) NOT NULL,
                message_id \(types.text) NOT NULL,
                size \(types.integer) NOT NULL,
                chunks \(types.integer) NOT NULL,
                is_eight_bit \(types.integer) NOT NULL,
                needs_smtputf8 \(types.integer) NOT NULL,
                received_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX message_by_time ON message (received_at)",
            // A chunk may come before its message, and is abandoned if that never becomes complete.
            """
            CREATE TABLE message_chunk (
                message \(types.text) NOT NULL,
                number \(types.integer) NOT NULL,
                stored_at \(types.integer) NOT NULL,
                sealed \(types.blob),
                PRIMARY KEY (message, number)
            \(types.end)
            """,
            "CREATE INDEX message_chunk_by_time ON message_chunk (stored_at)",
            // What is known of the MTA-STS policy of a destination.
            """
            CREATE TABLE sts_policy (
                domain \(types.text) NOT NULL PRIMARY KEY,
                state \(types.text) NOT NULL,
                kept_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX sts_policy_by_time ON sts_policy (kept_at)",
            // How many sessions of a day went how, for reports on TLS.
            """
            CREATE TABLE tls_session (
                day \(types.integer) NOT NULL,
                domain \(types.text) NOT NULL,
                policy \(types.text) NOT NULL,
                failure \(types.text) NOT NULL,
                sessions \(types.integer) NOT NULL,
                PRIMARY KEY (day, domain, policy, failure)
            \(types.clusteredEnd)
            """,
        ]
    }
}
