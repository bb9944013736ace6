import Deliveries

extension SQLDeliveryStore {
    func deliveries(of sender: AccountID) throws -> [DeliveryID] {
        try sql.all("SELECT id FROM delivery WHERE \(Self.own(of: sender)) ORDER BY id") { try $0.identifier() }
    }

    func handOver(_ id: DeliveryID, to account: AccountID) throws {
        try sql.run("UPDATE delivery SET sender = \(account) WHERE id = \(id)")
    }

    func forgetEarlierRecipients(of sender: AccountID) throws {
        try sql.run("DELETE FROM earlier_recipient WHERE sender = \(sender)")
    }

    func holdings(of sender: AccountID) throws -> [DeliveryHolding] {
        try sql.all(
            """
            SELECT delivery.state, CASE WHEN delivery.inserted_at IS NULL THEN 0 ELSE 1 END,
                count(DISTINCT delivery.id), count(delivery_file.id),
                CAST(coalesce(sum(delivery_file.size), 0) AS BIGINT)
            FROM delivery LEFT JOIN delivery_file
                ON delivery_file.delivery = delivery.id AND delivery_file.key_wraps IS NOT NULL
            WHERE \(Self.own(of: sender)) GROUP BY 1, 2 ORDER BY 1, 2
            """
        ) { row in
            DeliveryHolding(
                state: try row.choice(), isInserted: try row.flag(), count: try row.count(), files: try row.count(),
                octets: try row.integer())
        }
    }
}
