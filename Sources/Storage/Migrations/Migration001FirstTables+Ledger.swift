extension Migration {
    static func ledgerTables(_ types: ColumnTypes) -> [String] {
        [
            // Numbers that ascend in the order of commits: the row stays locked until its transaction ends.
            """
            CREATE TABLE counter (
                name \(types.text) NOT NULL PRIMARY KEY,
                value \(types.integer) NOT NULL
            \(types.end)
            """,
            "INSERT INTO counter (name, value) VALUES ('event', 0), ('audit', 0)",
            """
            CREATE TABLE delivery_event (
                number \(types.integer) NOT NULL PRIMARY KEY,
                delivery \(types.text) NOT NULL,
                sender \(types.text) NOT NULL,
                recipient \(types.text),
                file \(types.text),
                kind \(types.text) NOT NULL,
                happened_at \(types.integer) NOT NULL,
                detail \(types.text) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX delivery_event_by_sender ON delivery_event (sender, number)",
            "CREATE INDEX delivery_event_by_delivery ON delivery_event (delivery, number)",
            """
            CREATE TABLE job (
                name \(types.text) NOT NULL PRIMARY KEY,
                next_at \(types.integer) NOT NULL,
                leased_until \(types.integer)
            \(types.end)
            """,
            """
            CREATE TABLE throttle (
                name \(types.text) NOT NULL PRIMARY KEY,
                hits \(types.integer) NOT NULL,
                window_ends \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX throttle_by_end ON throttle (window_ends)",
            """
            CREATE TABLE gathered_notice (
                delivery \(types.text) NOT NULL PRIMARY KEY,
                told_up_to \(types.integer) NOT NULL,
                due_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX gathered_notice_due ON gathered_notice (due_at) WHERE due_at IS NOT NULL",
            """
            CREATE TABLE audit_record (
                number \(types.integer) NOT NULL PRIMARY KEY,
                happened_at \(types.integer) NOT NULL,
                actor \(types.text),
                action \(types.text) NOT NULL,
                target \(types.text) NOT NULL,
                client_address \(types.text) NOT NULL
            \(types.end)
            """,
        ]
    }
}
