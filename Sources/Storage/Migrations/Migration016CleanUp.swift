extension Migration {
    /// Which files are removed next, also those of deliveries that still run.
    static let cleanUp = Migration(number: 16, name: "clean-up") { _ in
        [
            """
            CREATE INDEX delivery_by_removal ON delivery (remove_files_at, id) WHERE remove_files_at IS NOT NULL
            """
        ]
    }
}
