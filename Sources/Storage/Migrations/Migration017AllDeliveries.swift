extension Migration {
    /// Everybody's deliveries by the time that they were sent.
    static let allDeliveries = Migration(number: 17, name: "all-deliveries") { _ in
        ["CREATE INDEX delivery_by_time ON delivery (listed_at, id) WHERE state <> 'draft'"]
    }
}
