extension Migration {
    static func outboxTables(_ types: ColumnTypes) -> [String] {
        [
            """
            CREATE TABLE outbox (
                id \(types.text) NOT NULL PRIMARY KEY,
                kind \(types.text) NOT NULL,
                delivery \(types.text),
                recipient \(types.text),
                author \(types.text),
                email \(types.text) NOT NULL,
                search \(types.text) NOT NULL,
                message_id \(types.text) NOT NULL,
                is_urgent \(types.integer) NOT NULL,
                created_at \(types.integer) NOT NULL,
                not_after \(types.integer),
                state \(types.text) NOT NULL,
                attempts \(types.integer) NOT NULL,
                next_attempt_at \(types.integer) NOT NULL,
                leased_until \(types.integer),
                due_at \(types.integer) NOT NULL,
                dot_sent_at \(types.integer),
                visible_from \(types.text) NOT NULL,
                last_answer \(types.text) NOT NULL,
                failure_class \(types.text) NOT NULL,
                finished_at \(types.integer),
                mail_kept \(types.integer) NOT NULL
            \(types.end)
            """,
            // A row is due when its time has come and its lease, if any, has run out: due_at is the later of the two.
            "CREATE INDEX outbox_due ON outbox (is_urgent, due_at, id) WHERE state = 'queued'",
            "CREATE INDEX outbox_queued ON outbox (created_at) WHERE state = 'queued'",
            "CREATE INDEX outbox_by_state ON outbox (state, id)",
            "CREATE INDEX outbox_by_delivery ON outbox (delivery, kind, id)",
            "CREATE INDEX outbox_by_recipient ON outbox (recipient, kind, id)",
            "CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL AND mail_kept = 1",
            "CREATE INDEX outbox_failed ON outbox (delivery) WHERE state = 'failed'",
            // Apart from its row, so that a change of state does not write the mail again.
            """
            CREATE TABLE outbox_mail (
                entry \(types.text) NOT NULL PRIMARY KEY REFERENCES outbox (id),
                sealed_mail \(types.blob)
            \(types.end)
            """,
            """
            CREATE TABLE outbox_attempt (
                entry \(types.text) NOT NULL REFERENCES outbox (id),
                number \(types.integer) NOT NULL,
                started_at \(types.integer) NOT NULL,
                ended_at \(types.integer),
                outcome \(types.text) NOT NULL,
                answer \(types.text) NOT NULL,
                sealed_conversation \(types.blob),
                PRIMARY KEY (entry, number)
            \(types.end)
            """,
            """
            CREATE INDEX outbox_attempt_conversations ON outbox_attempt (started_at)
            WHERE sealed_conversation IS NOT NULL
            """,
        ]
    }
}
