extension Migration {
    /// Accounts, deliveries, files, visits, the outbox and the ledger.
    static let firstTables = Migration(number: 1, name: "first tables") { types in
        accountTables(types) + deliveryTables(types) + visitTables(types) + outboxTables(types) + ledgerTables(types)
    }
}
