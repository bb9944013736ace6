extension Migration {
    /// Groups of accounts, the rules that they set, and who is in them.
    static let groups = Migration(number: 19, name: "groups") { types in
        [
            """
            CREATE TABLE account_group (
                id \(types.text) NOT NULL PRIMARY KEY,
                name \(types.text) NOT NULL,
                name_key \(types.text) NOT NULL UNIQUE,
                created_at \(types.integer) NOT NULL,
                updated_at \(types.integer) NOT NULL
            \(types.end)
            """,
            """
            CREATE TABLE group_rule (
                account_group \(types.text) NOT NULL REFERENCES account_group (id),
                rule \(types.text) NOT NULL,
                value \(types.text) NOT NULL,
                PRIMARY KEY (account_group, rule)
            \(types.clusteredEnd)
            """,
            """
            CREATE TABLE group_member (
                account_group \(types.text) NOT NULL REFERENCES account_group (id),
                account \(types.text) NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                PRIMARY KEY (account_group, account)
            \(types.clusteredEnd)
            """,
            "CREATE INDEX group_member_by_account ON group_member (account, account_group)",
        ]
    }
}
