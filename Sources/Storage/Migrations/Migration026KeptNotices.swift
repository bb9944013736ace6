extension Migration {
    /// Notifications that wait for others, so that one mail tells its reader of them all.
    static let keptNotices = Migration(number: 26, name: "kept-notices") { types in
        [
            """
            CREATE TABLE kept_notice (
                id \(types.text) NOT NULL PRIMARY KEY,
                kind \(types.text) NOT NULL,
                reader \(types.text) NOT NULL,
                language \(types.text) NOT NULL,
                sealed \(types.blob) NOT NULL,
                kept_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX kept_notice_by_reader ON kept_notice (reader, language, kept_at, id)",
            "CREATE INDEX kept_notice_by_time ON kept_notice (kept_at)",
        ]
    }
}
