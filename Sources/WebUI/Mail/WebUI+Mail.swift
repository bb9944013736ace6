public import Hummingbird
public import Outbox
public import WebServer

extension WebUI {
    /// Adds the pages of the administration that are about mail: its start, the SMTP interface, outbox, local mailbox.
    ///
    /// - Parameters:
    ///   - router: with its front, error and session middleware in place.
    ///   - outbox: what administrators do with the outbox.
    ///   - mailTest: compares test mails that came back.
    ///   - runs: sends test mails the real way.
    ///   - isDemo: whether this is a demonstration: then links and codes in kept mail are shown as they are.
    public func addMailPages(
        to router: Router<WebContext>, outbox: OutboxActions, mailTest: MailTest, runs: MailTestRuns,
        isDemo: Bool = false
    ) {
        let administration = administrationGroup(of: router)
        StartPages(renderer: renderer, accounts: accounts, outbox: outbox).add(to: administration)
        SMTPPages(renderer: renderer, accounts: accounts, outbox: outbox, mailTest: mailTest, runs: runs).add(
            to: administration)
        OutboxPages(renderer: renderer, accounts: accounts, outbox: outbox).add(to: administration)
        MailboxPages(renderer: renderer, accounts: accounts, outbox: outbox, isDemo: isDemo).add(to: administration)
    }
}
