extension Migration {
    static func visitTables(_ types: ColumnTypes) -> [String] {
        [
            """
            CREATE TABLE visitor (
                id \(types.text) NOT NULL PRIMARY KEY,
                token_hash \(types.text) NOT NULL,
                link \(types.text) NOT NULL REFERENCES link (id),
                delivery \(types.text) NOT NULL,
                recipient \(types.text),
                proven_at \(types.integer),
                password_given_at \(types.integer),
                created_at \(types.integer) NOT NULL,
                UNIQUE (token_hash, link)
            \(types.end)
            """,
            "CREATE INDEX visitor_by_recipient ON visitor (recipient)",
            "CREATE INDEX visitor_by_link ON visitor (link)",
            """
            CREATE TABLE mailed_code (
                id \(types.text) NOT NULL PRIMARY KEY,
                visitor \(types.text) NOT NULL REFERENCES visitor (id),
                recipient \(types.text) NOT NULL,
                code_hash \(types.text) NOT NULL,
                created_at \(types.integer) NOT NULL,
                expires_at \(types.integer) NOT NULL,
                tries \(types.integer) NOT NULL,
                used_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX mailed_code_by_visitor ON mailed_code (visitor, created_at, id)",
            "CREATE INDEX mailed_code_by_recipient ON mailed_code (recipient, created_at)",
            "CREATE INDEX mailed_code_by_time ON mailed_code (created_at)",
            """
            CREATE TABLE download_grant (
                id \(types.text) NOT NULL PRIMARY KEY,
                token_hash \(types.text) NOT NULL UNIQUE,
                visitor \(types.text) NOT NULL REFERENCES visitor (id),
                delivery \(types.text) NOT NULL,
                recipient \(types.text),
                file \(types.text),
                created_at \(types.integer) NOT NULL,
                started_at \(types.integer),
                served_ranges \(types.text) NOT NULL,
                completed_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX download_grant_by_visitor ON download_grant (visitor)",
            "CREATE INDEX download_grant_by_time ON download_grant (created_at)",
            """
            CREATE TABLE file_fetch (
                delivery \(types.text) NOT NULL REFERENCES delivery (id),
                recipient \(types.text) NOT NULL,
                file \(types.text) NOT NULL,
                first_at \(types.integer) NOT NULL,
                last_at \(types.integer) NOT NULL,
                times \(types.integer) NOT NULL,
                PRIMARY KEY (delivery, recipient, file)
            \(types.clusteredEnd)
            """,
            """
            CREATE TABLE access_trace (
                link \(types.text) NOT NULL REFERENCES link (id),
                delivery \(types.text) NOT NULL,
                seen_at \(types.integer) NOT NULL,
                method \(types.text) NOT NULL,
                user_agent \(types.text) NOT NULL,
                client_address \(types.text) NOT NULL,
                scanner_signals \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX access_trace_by_link ON access_trace (link, seen_at)",
            "CREATE INDEX access_trace_by_client ON access_trace (client_address, seen_at)",
            "CREATE INDEX access_trace_by_time ON access_trace (seen_at)",
            "CREATE INDEX access_trace_scanners ON access_trace (delivery) WHERE scanner_signals <> ''",
        ]
    }
}
