extension Migration {
    /// Addresses whose owners want no reminders.
    static let mailWishes = Migration(number: 13, name: "mail wishes") { types in
        [
            """
            CREATE TABLE reminder_refusal (
                address \(types.text) NOT NULL PRIMARY KEY,
                email \(types.text) NOT NULL,
                refused_at \(types.integer) NOT NULL,
                search \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX reminder_refusal_by_time ON reminder_refusal (refused_at)",
        ]
    }
}
