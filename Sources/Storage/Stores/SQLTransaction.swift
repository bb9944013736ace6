import Deliveries

/// All stores over one engine's runner of statements.
struct SQLTransaction: Transaction {
    let sql: any StatementRunner

    var accounts: any AccountStore { SQLAccountStore(sql: sql) }
    var sessions: any SessionStore { SQLSessionStore(sql: sql) }
    var settings: any SettingStore { SQLSettingStore(sql: sql) }
    var deliveries: any DeliveryStore { SQLDeliveryStore(sql: sql) }
    var files: any FileStore { SQLFileStore(sql: sql) }
    var visits: any VisitStore { SQLVisitStore(sql: sql) }
    var events: any EventStore { SQLEventStore(sql: sql) }
    var outbox: any OutboxStore { SQLOutboxStore(sql: sql) }
    var ledger: any LedgerStore { SQLLedgerStore(sql: sql) }
}
