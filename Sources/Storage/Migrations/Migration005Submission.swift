extension Migration {
    /// What programs sign in with that hand mail in.
    static let submission = Migration(number: 5, name: "submission") { types in
        [
            """
            CREATE TABLE submission_credential (
                id \(types.text) NOT NULL PRIMARY KEY,
                name \(types.text) NOT NULL,
                secret_hash \(types.text) NOT NULL,
                domains \(types.text) NOT NULL,
                mails_per_hour \(types.integer) NOT NULL,
                most_recipients \(types.integer) NOT NULL,
                largest_message \(types.integer) NOT NULL,
                created_at \(types.integer) NOT NULL,
                last_used_at \(types.integer),
                revoked_at \(types.integer)
            \(types.end)
            """
        ]
    }
}
