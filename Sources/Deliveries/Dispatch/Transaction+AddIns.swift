import Foundation
import MailMessage

extension Transaction {
    /// A delivery of this account that an add-in made.
    func ownAddInDelivery(_ id: DeliveryID, of account: AccountID) throws -> Delivery {
        let delivery = try ownDelivery(id, of: account)
        guard delivery.path == .addIn else { throw DeliveriesError(.conflict) }
        return delivery
    }

    /// Somebody has followed the link of a mail that nobody reported as sent: the add-in was not asked, or could not reach
    /// us. The delivery counts as sent from now on, to those who were known when the block was inserted.
    func noteUnreported(_ draft: Delivery, parts: DeliveryParts, at now: Date) throws {
        try register(
            RecipientListCheck(draft.draftRecipients).mailboxes, for: draft, parts: parts,
            settings: parts.settings.current(in: self), at: now, detail: "unreported")
    }

    /// Those who are not registered yet.
    func freshRecipients(_ mailboxes: [Mailbox], of delivery: DeliveryID) throws -> [Mailbox] {
        let keys = Set(try deliveries.recipients(of: delivery).map(\.email.comparisonKey))
        return mailboxes.filter { !keys.contains($0.address.comparisonKey) }
    }

    /// Registers the recipients of an add-in's mail; those who are registered already stay as they are. A draft counts
    /// as sent from now on.
    ///
    /// - Parameter detail: why it counts as sent, if nobody told.
    /// - Returns: the delivery as it is now.
    /// - Throws: ``DeliveriesError`` `.tooMany`.
    @discardableResult
    func register(
        _ mailboxes: [Mailbox], for delivery: Delivery, parts: DeliveryParts, settings: Settings, at now: Date,
        detail: String = ""
    ) throws -> Delivery {
        var delivery = delivery
        let policy = try policy(of: delivery.sender, settings)
        let isFirst = delivery.state == .draft
        if isFirst {
            delivery = delivery.sent(at: now, graceDays: policy.graceDays)
            // Something must stand in lists and notices.
            if delivery.subject.isEmpty { delivery.subject = try files.files(of: delivery.id).first?.name ?? "" }
            try deliveries.update(delivery)
            try events.append(
                DeliveryEvent(delivery: delivery.id, sender: delivery.sender, kind: .sent, at: now, detail: detail))
        }
        let known = try deliveries.recipients(of: delivery.id)
        let fresh = try freshRecipients(mailboxes, of: delivery.id)
        let most = policy.mostRecipients
        guard known.count + fresh.count <= most else {
            throw DeliveriesError(
                .tooMany, fields: [FieldError("recipients", "too-many", ["most": String(most)])])
        }
        let recipients = fresh.enumerated().map { place, mailbox in
            Recipient(
                id: parts.newID(now), delivery: delivery.id, position: known.count + place, email: mailbox.address,
                name: mailbox.name ?? "")
        }
        try deliveries.insert(recipients)
        if !isFirst {
            for recipient in recipients {
                try events.append(
                    DeliveryEvent(
                        delivery: delivery.id, sender: delivery.sender, recipient: recipient.id, kind: .recipientAdded,
                        at: now, detail: recipient.email.displayForm))
            }
        }
        return delivery
    }
}
