extension Migration {
    /// Deliveries whose block stands in a mail of the sender's own, and add-ins that ask to act for somebody.
    static let addIns = Migration(number: 10, name: "add-ins") { types in
        [
            "ALTER TABLE delivery ADD COLUMN inserted_at \(types.integer)",
            """
            CREATE TABLE sign_in_request (
                id \(types.text) NOT NULL PRIMARY KEY,
                secret_hash \(types.text) NOT NULL,
                code \(types.text) NOT NULL,
                client \(types.text) NOT NULL,
                client_address \(types.text) NOT NULL,
                state \(types.text) NOT NULL,
                account \(types.text) REFERENCES account (id),
                created_at \(types.integer) NOT NULL,
                expires_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX sign_in_request_by_end ON sign_in_request (expires_at)",
        ]
    }
}
