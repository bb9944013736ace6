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
        let readers = try transaction.readers(of: .held, sender: sender, settings: settings)
        func isNews(_ name: String, _ window: TimeInterval, to someone: Bool) throws -> Bool {
            try someone && transaction.ledger.countThrottle(name, window: window, now: now).count == 1
        }
        let tellsSender = try isNews(
            "held:\(delivery.id)", Self.oncePerDelivery, to: readers.contains { $0.isSender })
        let tellsOthers = try isNews(
            "held-for:\(domain)", Self.oncePerDomain, to: readers.contains { !$0.isSender })
        let notices = try readers.compactMap { reader -> Notice? in
            // Whoever else is told looks after the domain, and does not read along.
            let isSender = reader.isSender
            guard isSender ? tellsSender : tellsOthers else { return nil }
            return Notice(
                HeldMail(
                    domain: domain.unicode, sender: MailPerson(sender.person),
                    recipient: MailPerson(recipient.mailbox), about: isSender ? delivery.subject : nil,
                    link: try MailComposer.link(
                        isSender ? settings.addresses.delivery(delivery.id) : settings.addresses.senderDomain(domain))),
                to: reader, thread: isSender ? MailComposer.Thread(delivery) : nil)
        }
        return try transaction.tell(notices, by: parts.composer, settings: settings, at: now)
    }
}
