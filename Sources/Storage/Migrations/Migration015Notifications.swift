extension Migration {
    /// The languages that readers chose, and the browsers that accounts were signed in with. Who wanted no news of failed mail wanted none of late mail, which now has a
    /// setting of its own.
    static let notifications = Migration(number: 15, name: "notifications") { types in
        [
            """
            CREATE TABLE reader_language (
                address \(types.text) NOT NULL PRIMARY KEY,
                language \(types.text) NOT NULL,
                chosen_at \(types.integer) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE known_device (
                account \(types.text) NOT NULL REFERENCES account (id),
                device_hash \(types.text) NOT NULL,
                first_at \(types.integer) NOT NULL,
                last_at \(types.integer) NOT NULL,
                PRIMARY KEY (account, device_hash)
            \(types.end)
            """,
            "CREATE INDEX known_device_by_use ON known_device (last_at)",
            """
            INSERT INTO setting (name, value)
            SELECT 'notify.delayed', value FROM setting WHERE name = 'notify.undeliverable' AND value = 'false'
            """,
        ]
    }
}
