extension Migration {
    /// Mailboxes of returned mail, which of their mails took effect, and since when a job fails, such as that reading.
    static let bounces = Migration(number: 2, name: "bounces") { types in
        [
            """
            CREATE TABLE bounce_mailbox (
                mailbox \(types.text) NOT NULL PRIMARY KEY,
                uid_validity \(types.integer) NOT NULL,
                last_uid \(types.integer) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE bounce_mail (
                fingerprint \(types.text) NOT NULL PRIMARY KEY,
                entry \(types.text) NOT NULL,
                taken_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX bounce_mail_by_time ON bounce_mail (taken_at)",
            "CREATE INDEX outbox_by_message_id ON outbox (message_id)",
            "ALTER TABLE job ADD COLUMN failing_since \(types.integer)",
        ]
    }
}
