extension Migration {
    static func deliveryTables(_ types: ColumnTypes) -> [String] {
        [
            """
            CREATE TABLE delivery (
                id \(types.text) NOT NULL PRIMARY KEY,
                sender \(types.text) NOT NULL REFERENCES account (id),
                state \(types.text) NOT NULL,
                dispatch_path \(types.text) NOT NULL,
                subject \(types.text) NOT NULL,
                search \(types.text) NOT NULL,
                message \(types.text) NOT NULL,
                security_level \(types.integer) NOT NULL,
                lifetime_days \(types.integer) NOT NULL,
                password_hash \(types.text),
                notifies_sender \(types.integer) NOT NULL,
                copies_sender \(types.integer) NOT NULL,
                withholds_message \(types.integer) NOT NULL,
                language \(types.text) NOT NULL,
                chunk_size \(types.integer) NOT NULL,
                thread_message_id \(types.text) NOT NULL,
                created_at \(types.integer) NOT NULL,
                updated_at \(types.integer) NOT NULL,
                sent_at \(types.integer),
                expires_at \(types.integer),
                remove_files_at \(types.integer),
                reminded_at \(types.integer),
                draft_recipients \(types.text) NOT NULL,
                listed_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX delivery_by_sender ON delivery (sender, listed_at, id)",
            "CREATE INDEX delivery_running ON delivery (expires_at) WHERE state = 'sent'",
            "CREATE INDEX delivery_unreminded ON delivery (expires_at) WHERE state = 'sent' AND reminded_at IS NULL",
            "CREATE INDEX delivery_ended ON delivery (remove_files_at) WHERE state IN ('expired', 'withdrawn')",
            "CREATE INDEX delivery_drafts ON delivery (updated_at) WHERE state = 'draft'",
            """
            CREATE TABLE recipient (
                id \(types.text) NOT NULL PRIMARY KEY,
                delivery \(types.text) NOT NULL REFERENCES delivery (id),
                position \(types.integer) NOT NULL,
                email \(types.text) NOT NULL,
                name \(types.text) NOT NULL,
                search \(types.text) NOT NULL,
                opened_at \(types.integer),
                renewal_asked_at \(types.integer),
                reported_at \(types.integer)
            \(types.end)
            """,
            "CREATE INDEX recipient_by_delivery ON recipient (delivery, position)",
            """
            CREATE TABLE earlier_recipient (
                sender \(types.text) NOT NULL REFERENCES account (id),
                email_key \(types.text) NOT NULL,
                email \(types.text) NOT NULL,
                name \(types.text) NOT NULL,
                search \(types.text) NOT NULL,
                last_used_at \(types.integer) NOT NULL,
                PRIMARY KEY (sender, email_key)
            \(types.clusteredEnd)
            """,
            "CREATE INDEX earlier_recipient_by_use ON earlier_recipient (sender, last_used_at)",
            """
            CREATE TABLE link (
                id \(types.text) NOT NULL PRIMARY KEY,
                delivery \(types.text) NOT NULL REFERENCES delivery (id),
                recipient \(types.text) REFERENCES recipient (id),
                kind \(types.text) NOT NULL,
                state \(types.text) NOT NULL,
                token_hash \(types.text) NOT NULL UNIQUE,
                sealed_token \(types.blob),
                created_at \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX link_by_recipient ON link (recipient)",
            "CREATE INDEX link_by_delivery ON link (delivery)",
            """
            CREATE TABLE delivery_file (
                id \(types.text) NOT NULL PRIMARY KEY,
                delivery \(types.text) NOT NULL REFERENCES delivery (id),
                position \(types.integer) NOT NULL,
                name \(types.text) NOT NULL,
                search \(types.text) NOT NULL,
                media_type \(types.text) NOT NULL,
                size \(types.integer) NOT NULL,
                chunk_size \(types.integer) NOT NULL,
                vault_file \(types.text) NOT NULL,
                key_wraps \(types.blob),
                manifest \(types.blob),
                tree_digest \(types.text),
                sha256 \(types.text),
                created_at \(types.integer) NOT NULL,
                completed_at \(types.integer),
                received_chunks \(types.integer) NOT NULL,
                received_octets \(types.integer) NOT NULL
            \(types.end)
            """,
            "CREATE INDEX delivery_file_by_delivery ON delivery_file (delivery, position)",
            "CREATE INDEX delivery_file_by_vault_file ON delivery_file (vault_file)",
            """
            CREATE INDEX delivery_file_unsummed ON delivery_file (completed_at)
            WHERE sha256 IS NULL AND completed_at IS NOT NULL AND key_wraps IS NOT NULL
            """,
            """
            CREATE TABLE file_chunk (
                file \(types.text) NOT NULL REFERENCES delivery_file (id),
                number \(types.integer) NOT NULL,
                size \(types.integer) NOT NULL,
                digest \(types.text) NOT NULL,
                object_name \(types.text) NOT NULL,
                PRIMARY KEY (file, number)
            \(types.clusteredEnd)
            """,
            "CREATE INDEX file_chunk_by_object ON file_chunk (file, object_name)",
        ]
    }
}
