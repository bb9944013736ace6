extension Migration {
    /// What each account is for. Which of them administer also stays in a column of its own, for its index.
    static let roles = Migration(number: 12, name: "roles") { types in
        [
            "ALTER TABLE account ADD COLUMN roles \(types.text) NOT NULL DEFAULT 'sender'",
            "UPDATE account SET roles = 'administrator,sender' WHERE is_administrator = 1",
        ]
    }
}
