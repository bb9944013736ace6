extension Migration {
    /// Mail by destination and by hour, as pages and metrics show it.
    static let seeing = Migration(number: 7, name: "seeing") { types in
        [
            // Rows of which something can still become, and those that failed: few beside all that ever left.
            """
            CREATE INDEX outbox_staying ON outbox (destination, state, id)
            WHERE state NOT IN ('handed-over', 'cancelled', 'local')
            """,
            "CREATE INDEX outbox_of_destination ON outbox (destination, id)",
            "CREATE INDEX delivery_by_state ON delivery (state)",
            // Hours since 1970; hour 0 has the sum of all that are not kept apart any more.
            """
            CREATE TABLE mail_hour (
                hour \(types.integer) NOT NULL,
                outcome \(types.text) NOT NULL,
                slot \(types.integer) NOT NULL,
                attempts \(types.integer) NOT NULL,
                PRIMARY KEY (hour, outcome, slot)
            \(types.clusteredEnd)
            """,
            // What ended before there were counts.
            """
            INSERT INTO mail_hour (hour, outcome, slot, attempts)
            SELECT ended_at / 3600000, outcome, 0, count(*) FROM outbox_attempt
            WHERE ended_at IS NOT NULL AND outcome <> '' GROUP BY ended_at / 3600000, outcome
            """,
        ]
    }
}
