extension Migration {
    /// Work that pages start and look at.
    static let runs = Migration(number: 27, name: "runs") { types in
        [
            """
            CREATE TABLE run (
                id \(types.text) NOT NULL PRIMARY KEY,
                kind \(types.text) NOT NULL,
                started_at \(types.integer) NOT NULL,
                alive_until \(types.integer),
                sealed_about \(types.blob) NOT NULL,
                sealed_state \(types.blob) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX run_alive ON run (kind, alive_until) WHERE alive_until IS NOT NULL",
            "CREATE INDEX run_by_start ON run (started_at)",
        ]
    }
}
