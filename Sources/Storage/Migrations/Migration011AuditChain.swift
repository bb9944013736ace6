extension Migration {
    /// An audit trail in which each entry holds the one before it; entries that are there get their place in the chain
    /// at the next start, because the key is not the database's to know.
    static let auditChain = Migration(number: 11, name: "audit-chain") { types in
        [
            "ALTER TABLE audit_record ADD COLUMN actor_proof \(types.blob)",
            "ALTER TABLE audit_record ADD COLUMN target_proof \(types.blob)",
            "ALTER TABLE audit_record ADD COLUMN address_proof \(types.blob)",
            "ALTER TABLE audit_record ADD COLUMN hash \(types.blob)",
            "CREATE INDEX audit_record_by_time ON audit_record (happened_at)",
            """
            CREATE TABLE audit_mark (
                name \(types.text) NOT NULL PRIMARY KEY,
                number \(types.integer) NOT NULL,
                hash \(types.blob),
                seal \(types.blob)
            \(types.end)
            """,
            // The mark of the head counts from now on.
            "DELETE FROM counter WHERE name = 'audit'",
        ]
    }
}
