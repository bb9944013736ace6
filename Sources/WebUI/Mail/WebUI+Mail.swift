import Deliveries
public import Hummingbird
public import Outbox
public import WebServer

extension WebUI {
    /// Adds the pages of the administration that are about mail: its start, the SMTP interface, outbox, local mailbox.
    ///
    /// - Parameters:
    ///   - router: with its front, error and session middleware in place.
    ///   - outbox: what administrators do with the outbox.
    ///   - orders: what is done with all mail to a destination.
    ///   - mailTest: compares test mails that came back.
    ///   - runs: sends test mails the real way.
    ///   - checks: tries out the mailbox of returned mail.
    ///   - mailServer: looks at the built-in mail server.
    ///   - certificates: the certificate for mail that is taken in.
    ///   - shown: all certificates that this server shows.
    ///   - isDemo: whether this is a demonstration: then links and codes in kept mail are shown as they are.
    public func addMailPages(
        to router: Router<WebContext>, outbox: OutboxActions, orders: DestinationOrders, mailTest: MailTest,
        runs: MailTestRuns, checks: MailboxChecks, mailServer: MailServerChecks, certificates: MailCertificates,
        shown: ServerCertificates, isDemo: Bool = false
    ) {
        let administration = administrationGroup(of: router)
        StartPages(renderer: renderer, dashboard: Dashboard(deliveries), certificates: shown)
            .add(to: administration)
        SMTPPages(
            renderer: renderer, accounts: accounts, outbox: outbox, mailTest: mailTest, runs: runs, checks: checks
        ).add(
            to: administration)
        BouncesPages(renderer: renderer, accounts: accounts, checks: checks).add(to: administration)
        SuppressionsPages(renderer: renderer, accounts: accounts).add(to: administration)
        OutboxPages(renderer: renderer, accounts: accounts, outbox: outbox).add(to: administration)
        MailServerPages(renderer: renderer, checks: mailServer, certificates: certificates).add(to: administration)
        TLSReportsPages(renderer: renderer, accounts: accounts).add(to: administration)
        DestinationPages(renderer: renderer, outbox: outbox, orders: orders).add(to: administration)
        HoursPages(renderer: renderer, outbox: outbox).add(to: administration)
        MailboxPages(renderer: renderer, outbox: outbox, isDemo: isDemo).add(to: administration)
    }
}
