import Deliveries

/// Numbered events in SQL.
struct SQLEventStore: EventStore {
    let sql: any StatementRunner

    private static let columns: Statement = "number, delivery, sender, recipient, file, kind, happened_at, detail"

    private static func read(_ row: inout RowReader) throws -> DeliveryEvent {
        DeliveryEvent(
            number: try row.integer(), delivery: try row.identifier(), sender: try row.identifier(),
            recipient: try row.identifierOrNil(), file: try row.identifierOrNil(), kind: try row.choice(),
            at: try row.date(), detail: try row.text())
    }

    @discardableResult
    func append(_ event: DeliveryEvent) throws -> Int64 {
        // The counter's row stays locked until the commit: numbers become visible in their order.
        let number = try sql.number("UPDATE counter SET value = value + 1 WHERE name = 'event' RETURNING value")
        try sql.run(
            """
            INSERT INTO delivery_event (\(Self.columns)) VALUES (
                \(number), \(event.delivery), \(event.sender), \(event.recipient), \(event.file), \(event.kind),
                \(event.at), \(event.detail)
            )
            """)
        return number
    }

    func events(after number: Int64, sender: AccountID?, limit: Int) throws -> [DeliveryEvent] {
        if let sender {
            // Who shares no mailbox is found by the index of their own.
            let sharing = try sql.number(
                """
                SELECT count(*) FROM group_member JOIN account_group ON account_group.id = group_member.account_group
                WHERE group_member.account = \(sender) AND account_group.mailbox_key IS NOT NULL
                """)
            let own: Statement = sharing > 0 ? "" : "AND sender = \(sender)"
            return try sql.all(
                """
                SELECT \(Self.columns) FROM delivery_event WHERE number > \(number) \(own)
                AND EXISTS (
                    SELECT 1 FROM delivery
                    WHERE delivery.id = delivery_event.delivery AND \(SQLDeliveryStore.handled(by: sender))
                )
                ORDER BY number LIMIT \(limit)
                """, Self.read)
        }
        return try sql.all(
            "SELECT \(Self.columns) FROM delivery_event WHERE number > \(number) ORDER BY number LIMIT \(limit)",
            Self.read)
    }

    func events(of delivery: DeliveryID) throws -> [DeliveryEvent] {
        try sql.all(
            "SELECT \(Self.columns) FROM delivery_event WHERE delivery = \(delivery) ORDER BY number", Self.read)
    }

    func lastNumber() throws -> Int64 {
        try sql.number("SELECT max(number) FROM delivery_event")
    }
}
