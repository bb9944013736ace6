extension Migration {
    /// Which programs may still use the database, and whether an installation is being moved into it.
    static let upgradesAndMoves = Migration(number: 30, name: "upgrades-and-moves") { types in
        [
            """
            CREATE TABLE schema_floor (
                number \(types.integer) NOT NULL PRIMARY KEY,
                oldest_program \(types.integer) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE data_move (
                source \(types.text) NOT NULL PRIMARY KEY,
                started_at \(types.integer) NOT NULL
            \(types.end)
            """,
        ]
    }
}
