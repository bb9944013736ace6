extension Migration {
    /// Groups that send under an address of their own, and the deliveries that belong to such a mailbox. A group that
    /// still has some cannot be removed.
    static let mailboxes = Migration(number: 23, name: "mailboxes") { types in
        [
            "ALTER TABLE account_group ADD COLUMN mailbox_email \(types.text)",
            "ALTER TABLE account_group ADD COLUMN mailbox_key \(types.text)",
            "ALTER TABLE account_group ADD COLUMN mailbox_name \(types.text)",
            "CREATE UNIQUE INDEX account_group_mailbox ON account_group (mailbox_key) WHERE mailbox_key IS NOT NULL",
            "ALTER TABLE delivery ADD COLUMN mailbox \(types.text) REFERENCES account_group (id)",
            "CREATE INDEX delivery_by_mailbox ON delivery (mailbox, listed_at, id) WHERE mailbox IS NOT NULL",
        ]
    }
}
