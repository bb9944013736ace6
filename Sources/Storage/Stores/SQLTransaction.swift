import Deliveries

/// All stores over one engine's runner of statements.
struct SQLTransaction: Transaction {
    let sql: any StatementRunner
    let auditChain: AuditChain

    var accounts: any AccountStore { SQLAccountStore(sql: sql) }
    var groups: any GroupStore { SQLGroupStore(sql: sql) }
    var sessions: any SessionStore { SQLSessionStore(sql: sql) }
    var settings: any SettingStore { SQLSettingStore(sql: sql) }
    var deliveries: any DeliveryStore { SQLDeliveryStore(sql: sql) }
    var files: any FileStore { SQLFileStore(sql: sql) }
    var visits: any VisitStore { SQLVisitStore(sql: sql) }
    var events: any EventStore { SQLEventStore(sql: sql) }
    var outbox: any OutboxStore { SQLOutboxStore(sql: sql) }
    var messages: any MessageStore { SQLMessageStore(sql: sql) }
    var transport: any TransportStore { SQLTransportStore(sql: sql) }
    var certificates: any CertificateStore { SQLCertificateStore(sql: sql) }
    var bounces: any BounceStore { SQLBounceStore(sql: sql) }
    var dmarcReports: any DMARCReportStore { SQLDMARCReportStore(sql: sql) }
    var tlsReports: any TLSReportStore { SQLTLSReportStore(sql: sql) }
    var readerLanguages: any ReaderLanguageStore { SQLReaderLanguageStore(sql: sql) }
    var mailTemplates: any MailTemplateStore { SQLMailTemplateStore(sql: sql) }
    var suppressions: any SuppressionStore { SQLSuppressionStore(sql: sql) }
    var senderDomains: any SenderDomainStore { SQLSenderDomainStore(sql: sql) }
    var submissions: any SubmissionStore { SQLSubmissionStore(sql: sql) }
    var signInRequests: any SignInRequestStore { SQLSignInRequestStore(sql: sql) }
    var cleanUp: any CleanUpStore { SQLCleanUpStore(sql: sql) }
    var brandPictures: any BrandPictureStore { SQLBrandPictureStore(sql: sql) }
    var runs: any RunStore { SQLRunStore(sql: sql) }
    var keptNotices: any KeptNoticeStore { SQLKeptNoticeStore(sql: sql) }
    var figures: any FigureStore { SQLFigureStore(sql: sql) }
    var ledger: any LedgerStore { SQLLedgerStore(sql: sql, chain: auditChain) }
}
