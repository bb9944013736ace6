import Foundation
import MailMessage
import MailTemplates

/// Tells the sender of a delivery and the administrators that mail waits for a domain: each once, not for each mail.
struct HeldNotices {
    /// For how long a delivery's sender is told nothing more of it, seconds.
    private static let oncePerDelivery: TimeInterval = 30 * 86_400
    /// For how long administrators are told nothing more of the same domain, seconds.
    private static let oncePerDomain: TimeInterval = 86_400

    let parts: DeliveryParts

    /// - Returns: whether a mail was put into the outbox.
    func tell(
        of entry: OutboxEntry, delivery: Delivery, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        guard let domain = entry.heldFor, let id = entry.recipient,
            let recipient = try transaction.deliveries.recipient(id)
        else { return false }
        let settings = try parts.settings.current(in: transaction)
        let sender = try transaction.sender(of: delivery)
        func mail(to account: Account, about: String?, link: URL) throws -> OutboxEntry {
            try parts.composer.entry(
                HeldMail(
                    domain: domain.unicode, sender: MailPerson(sender.mailbox),
                    recipient: MailPerson(recipient.mailbox), about: about, link: try MailComposer.link(link)),
                to: account.mailbox, language: account.language,
                thread: about == nil ? nil : MailComposer.Thread(delivery), settings: settings, now: now)
        }
        guard settings.sends(.held) else { return false }
        var mails: [OutboxEntry] = []
        if sender.state == .active,
            try transaction.ledger.countThrottle("held:\(delivery.id)", window: Self.oncePerDelivery, now: now).count
                == 1
        {
            mails.append(
                try mail(to: sender, about: delivery.subject, link: settings.addresses.delivery(delivery.id)))
        }
        if try transaction.ledger.countThrottle("held-for:\(domain)", window: Self.oncePerDomain, now: now).count == 1 {
            for administrator in try transaction.accounts.administrators() where administrator.id != sender.id {
                mails.append(try mail(to: administrator, about: nil, link: settings.addresses.senderDomain(domain)))
            }
        }
        try transaction.outbox.insert(mails)
        return !mails.isEmpty
    }
}
