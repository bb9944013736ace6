extension Migration {
    /// Sender domains, and what the outbox keeps of the sender decision.
    static let senderDomains = Migration(number: 3, name: "sender domains") { types in
        domainTables(types) + requestTables(types) + outboxColumns(types)
    }

    private static func domainTables(_ types: ColumnTypes) -> [String] {
        [
            """
            CREATE TABLE sender_domain (
                domain \(types.text) NOT NULL PRIMARY KEY,
                state \(types.text) NOT NULL,
                policy \(types.text) NOT NULL,
                control_token \(types.text) NOT NULL,
                control_method \(types.text),
                control_proven_at \(types.integer),
                created_at \(types.integer) NOT NULL,
                state_since \(types.integer) NOT NULL,
                changed_at \(types.integer) NOT NULL,
                aligned_by \(types.text) NOT NULL,
                bounces_ready \(types.integer) NOT NULL,
                doubted_at \(types.integer),
                last_report \(types.text),
                next_check_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX sender_domain_due ON sender_domain (next_check_at)",
            """
            CREATE TABLE domain_key (
                domain \(types.text) NOT NULL REFERENCES sender_domain (domain),
                selector \(types.text) NOT NULL,
                position \(types.integer) NOT NULL,
                type \(types.text),
                public_record \(types.text),
                sealed_private_key \(types.blob),
                phase \(types.text) NOT NULL,
                cname_target \(types.text),
                origin \(types.text) NOT NULL,
                created_at \(types.integer) NOT NULL,
                seen_at \(types.integer),
                activated_at \(types.integer),
                retiring_since \(types.integer),
                retired_at \(types.integer),
                gone_at \(types.integer),
                is_compromised \(types.integer) NOT NULL,
                reminded_at \(types.integer),
                PRIMARY KEY (domain, selector)
            \(types.end)
            """,
            """
            CREATE TABLE domain_history (
                number \(types.integer) NOT NULL PRIMARY KEY,
                domain \(types.text) NOT NULL,
                happened_at \(types.integer) NOT NULL,
                actor \(types.text),
                code \(types.text) NOT NULL,
                detail \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX domain_history_by_domain ON domain_history (domain, number)",
            "INSERT INTO counter (name, value) VALUES ('domain-history', 0)",
        ]
    }

    private static func requestTables(_ types: ColumnTypes) -> [String] {
        [
            """
            CREATE TABLE hand_over (
                id \(types.text) NOT NULL PRIMARY KEY,
                domain \(types.text) NOT NULL REFERENCES sender_domain (domain),
                purpose \(types.text) NOT NULL,
                token_hash \(types.text) NOT NULL UNIQUE,
                sealed_token \(types.blob),
                made_by \(types.text),
                created_at \(types.integer) NOT NULL,
                expires_at \(types.integer) NOT NULL,
                revoked_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX hand_over_by_domain ON hand_over (domain, id)",
            """
            CREATE TABLE domain_request (
                id \(types.text) NOT NULL PRIMARY KEY,
                domain \(types.text) NOT NULL,
                way \(types.text) NOT NULL,
                requester \(types.text),
                email \(types.text) NOT NULL,
                name \(types.text) NOT NULL,
                words \(types.text) NOT NULL,
                installation \(types.text) NOT NULL,
                installation_key \(types.blob),
                nonce \(types.text) NOT NULL UNIQUE,
                created_at \(types.integer) NOT NULL,
                state \(types.text) NOT NULL,
                answered_at \(types.integer),
                answered_by \(types.text),
                reason \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX domain_request_by_state ON domain_request (state, id)",
            "CREATE INDEX domain_request_by_domain ON domain_request (domain, id)",
            """
            CREATE INDEX domain_request_installations ON domain_request (installation, id)
            WHERE installation_key IS NOT NULL
            """,
        ]
    }

    private static func outboxColumns(_ types: ColumnTypes) -> [String] {
        [
            "ALTER TABLE outbox ADD COLUMN sender_reason \(types.text) NOT NULL DEFAULT ''",
            "ALTER TABLE outbox ADD COLUMN held_for \(types.text)",
            "ALTER TABLE outbox ADD COLUMN is_released \(types.integer) NOT NULL DEFAULT 0",
            "CREATE INDEX outbox_held ON outbox (held_for) WHERE state = 'held'",
        ]
    }
}
