import Foundation
import Localization
import MailMessage

/// The dispatch path of the web page, the API and the command line: one personal mail to each recipient.
struct WebUIDispatch: Sendable {
    /// All that a delivery adds to the database when it is sent.
    struct Prepared: Sendable {
        let recipients: [Recipient]
        let links: [Link]
        let mails: [OutboxEntry]
    }

    let parts: DeliveryParts

    /// Makes recipients and links and composes the mails. With ten thousand recipients it takes seconds, so it stays
    /// off the caller's executor and out of the transaction.
    ///
    /// - Parameters:
    ///   - delivery: the delivery as it will be when it is sent.
    ///   - files: its files.
    ///   - mailboxes: whom it goes to.
    ///   - sender: who sends it.
    ///   - settings: the settings in force.
    ///   - languages: what is known of the recipients' languages, by comparison key.
    @concurrent func prepare(
        _ delivery: Delivery, files: [DeliveryFile], to mailboxes: [Mailbox], from sender: DeliverySender,
        settings: Settings,
        languages: [String: Language]
    ) async throws -> Prepared {
        let now = delivery.sentAt ?? parts.now()
        let mails = DeliveryMails(parts, settings: settings, now: now, languages: languages)
        var recipients: [Recipient] = []
        var links: [Link] = []
        var entries: [OutboxEntry] = []
        recipients.reserveCapacity(mailboxes.count)
        links.reserveCapacity(mailboxes.count)
        entries.reserveCapacity(mailboxes.count + 1)
        for (position, mailbox) in mailboxes.enumerated() {
            try Task.checkCancellation()
            let recipient = Recipient(
                id: parts.newID(now), delivery: delivery.id, position: position, email: mailbox.address,
                name: mailbox.name ?? "")
            let fresh = try FreshLink(parts, now: now)
            recipients.append(recipient)
            links.append(fresh.link(of: recipient, now: now))
            entries.append(
                try mails.delivery(delivery, files: files, to: recipient, link: fresh.token, from: sender))
        }
        if delivery.copiesSender {
            entries.append(try mails.copy(of: delivery, files: files, recipients: recipients, to: sender))
        }
        return Prepared(recipients: recipients, links: links, mails: entries)
    }
}
