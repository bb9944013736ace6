extension Migration {
    static func accountTables(_ types: ColumnTypes) -> [String] {
        [
            """
            CREATE TABLE account (
                id \(types.text) NOT NULL PRIMARY KEY,
                email \(types.text) NOT NULL,
                email_key \(types.text) NOT NULL UNIQUE,
                name \(types.text) NOT NULL,
                sort_name \(types.text) NOT NULL,
                search \(types.text) NOT NULL,
                is_administrator \(types.integer) NOT NULL,
                state \(types.text) NOT NULL,
                language \(types.text) NOT NULL,
                password_hash \(types.text),
                totp_secret \(types.blob),
                totp_last_step \(types.integer),
                totp_confirmed \(types.integer),
                recovery_codes \(types.text),
                created_at \(types.integer) NOT NULL,
                last_sign_in_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX account_by_name ON account (sort_name, email_key)",
            "CREATE INDEX account_administrators ON account (sort_name, email_key) WHERE is_administrator = 1",
            """
            CREATE TABLE account_token (
                token_hash \(types.text) NOT NULL PRIMARY KEY,
                purpose \(types.text) NOT NULL,
                account \(types.text) REFERENCES account (id),
                created_at \(types.integer) NOT NULL,
                expires_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX account_token_by_account ON account_token (account, purpose)",
            "CREATE INDEX account_token_by_end ON account_token (expires_at)",
            """
            CREATE TABLE api_token (
                id \(types.text) NOT NULL PRIMARY KEY,
                account \(types.text) NOT NULL REFERENCES account (id),
                name \(types.text) NOT NULL,
                token_hash \(types.text) NOT NULL UNIQUE,
                scopes \(types.text) NOT NULL,
                created_at \(types.integer) NOT NULL,
                last_used_at \(types.integer),
                revoked_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX api_token_by_account ON api_token (account, id)",
            """
            CREATE TABLE session (
                id \(types.text) NOT NULL PRIMARY KEY,
                account \(types.text) NOT NULL REFERENCES account (id),
                token_hash \(types.text) NOT NULL UNIQUE,
                is_complete \(types.integer) NOT NULL,
                created_at \(types.integer) NOT NULL,
                last_seen_at \(types.integer) NOT NULL,
                expires_at \(types.integer) NOT NULL,
                user_agent \(types.text) NOT NULL,
                client_address \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX session_by_account ON session (account, id)",
            "CREATE INDEX session_by_end ON session (expires_at)",
            """
            CREATE TABLE setting (
                name \(types.text) NOT NULL PRIMARY KEY,
                value \(types.text),
                sealed_value \(types.blob)
            \(types.end)
            """,
        ]
    }
}
