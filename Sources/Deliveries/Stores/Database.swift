/// The database: one synchronous transaction at a time that exposes all stores.
///
/// A body is pure but for its transaction and may run more than once; what it throws undoes only itself. `write`
/// returns after the commit is durable. Neither call can be cancelled once its body began: a rolled-back "the mail
/// server said 250" would send the mail twice.
public protocol Database: Sendable {
    /// Runs `body` in a transaction and returns its result when the commit is on disk.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result

    /// Runs `body` on a consistent snapshot; writing inside is an error.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result
}

/// All stores, within one transaction. Confined to the body that it was given to.
public protocol Transaction {
    /// Accounts, their one-time links and API tokens.
    var accounts: any AccountStore { get }
    /// Groups of accounts and their policies.
    var groups: any GroupStore { get }
    /// Sessions of browsers that are signed in.
    var sessions: any SessionStore { get }
    /// What administrators set.
    var settings: any SettingStore { get }
    /// Deliveries, recipients and links.
    var deliveries: any DeliveryStore { get }
    /// Files and their chunks.
    var files: any FileStore { get }
    /// Visitors, codes, download addresses, fetches and traces.
    var visits: any VisitStore { get }
    /// What happened to deliveries.
    var events: any EventStore { get }
    /// Mail that must leave.
    var outbox: any OutboxStore { get }
    /// Messages that were handed in whole.
    var messages: any MessageStore { get }
    /// What is known of other mail servers.
    var transport: any TransportStore { get }
    /// Certificates of the mail server, and how the order of the next one stands.
    var certificates: any CertificateStore { get }
    /// Mail that came back.
    var bounces: any BounceStore { get }
    /// What receivers report of the mail of our sender domains.
    var dmarcReports: any DMARCReportStore { get }
    /// What others report of TLS towards our domains.
    var tlsReports: any TLSReportStore { get }
    /// Which language readers of our mail chose.
    var readerLanguages: any ReaderLanguageStore { get }
    /// The words of mails as administrators changed them.
    var mailTemplates: any MailTemplateStore { get }
    /// Addresses that get no further mail.
    var suppressions: any SuppressionStore { get }
    /// Sender domains, their keys and history, and requests for them.
    var senderDomains: any SenderDomainStore { get }
    /// What programs sign in with that hand mail in.
    var submissions: any SubmissionStore { get }
    /// Add-ins that ask to act for an account.
    var signInRequests: any SignInRequestStore { get }
    /// What the clean-up would take away.
    var cleanUp: any CleanUpStore { get }
    /// The octets of the organisation's logo.
    var brandPictures: any BrandPictureStore { get }
    /// Work that pages start and look at.
    var runs: any RunStore { get }
    /// Notifications that wait to be told together.
    var keptNotices: any KeptNoticeStore { get }
    /// What the dashboard and the reports add up.
    var figures: any FigureStore { get }
    /// Scheduled work, throttles and the audit trail.
    var ledger: any LedgerStore { get }
}
