import Foundation
import MailMessage
import MailTemplates
import Secrets

extension DeliveryActions {
    /// Corrects a recipient's address: a new link goes there, the old one is dead, browsers that used it are forgotten,
    /// mails to the old address that wait are cancelled. Where the sender's own mail carries the link, the new address is
    /// registered, and the sender forwards the mail.
    ///
    /// - Parameters:
    ///   - id: the recipient.
    ///   - account: the sender.
    ///   - typed: the new address, also with a name.
    ///   - origin: from where.
    /// - Returns: the recipient as it is now.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.invalid` at `address`, `.withdrawn`, `.expired`.
    @discardableResult
    public func correctAddress(
        of id: RecipientID, by account: AccountID, to typed: String, origin: RequestOrigin = .commandLine
    ) async throws -> Recipient {
        let parts = parts
        let now = parts.now()
        let mailbox = try Self.mailbox(typed)
        let fresh = try FreshLink(parts, now: now)
        let corrected = try await parts.database.write { transaction in
            var (recipient, delivery) = try transaction.ownRecipient(id, of: account)
            try delivery.checkOpen(now)
            try transaction.limits(of: account, parts).check(mailbox.address, field: "address")
            let others = try transaction.deliveries.recipients(of: delivery.id).filter { $0.id != id }
            if others.contains(where: { $0.email.comparisonKey == mailbox.address.comparisonKey }) {
                throw DeliveriesError(.invalid, fields: [FieldError("address", "recipient-already")])
            }
            if let known = try transaction.suppressions.suppression(of: mailbox.address) {
                throw DeliveriesError(
                    .invalid, fields: [FieldError("address", "suppressed-\(known.reason.rawValue)")])
            }
            let isOwnMail = delivery.path == .addIn
            let former = recipient.email
            recipient.email = mailbox.address
            if let name = mailbox.name { recipient.name = name }
            recipient.openedAt = nil
            recipient.renewalAskedAt = nil
            try transaction.deliveries.update(recipient)
            try transaction.deliveries.replaceLinks(of: id)
            try transaction.visits.removeVisitors(of: id)
            _ = try transaction.outbox.cancel(delivery: delivery.id, recipient: id, at: now)
            // The sender's own mail carries one link for all; who is registered now gets it from the sender.
            if !isOwnMail {
                try transaction.deliveries.insert(fresh.link(of: recipient, now: now))
                let mails = DeliveryMails(
                    parts, settings: try parts.settings.current(in: transaction), now: now,
                    languages: try transaction.readerLanguages.languages(of: [recipient.email]))
                try transaction.outbox.insert([
                    mails.delivery(
                        delivery, files: transaction.files.files(of: delivery.id), to: recipient, link: fresh.token,
                        from: transaction.sender(of: delivery))
                ])
            }
            try transaction.events.append(
                DeliveryEvent(
                    delivery: delivery.id, sender: account, recipient: id, kind: .addressCorrected, at: now,
                    detail: mailbox.address.displayForm))
            try transaction.audit(.recipientCorrected, id, by: account, origin: origin, at: now)
            let settings = try parts.settings.current(in: transaction)
            let notices = DeliveryMails(parts, settings: settings, now: now)
            try transaction.tell(
                transaction.readers(
                    of: .addressCorrected, sender: transaction.sender(of: delivery), settings: settings
                ).map { try notices.addressCorrected(from: former, recipient: recipient, of: delivery, to: $0) },
                by: parts.composer, settings: settings, at: now)
            return recipient
        }
        parts.changes.give()
        parts.mailQueued()
        return corrected
    }

    /// Sends the mail about a delivery to a recipient again, with the same link. One that still waits is cancelled.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.withdrawn`, `.expired`, `.throttled` within an hour of the last one
    ///   by hand, `.conflict` if the mail is not ours but the sender's own.
    public func resend(
        _ id: RecipientID, by account: AccountID, origin: RequestOrigin = .commandLine
    ) async throws {
        let parts = parts
        let now = parts.now()
        try await parts.database.write { transaction in
            let (recipient, delivery) = try transaction.ownRecipient(id, of: account)
            try delivery.checkOpen(now)
            guard delivery.path == .webUI else { throw DeliveriesError(.conflict) }
            try transaction.countByHand("resend", id, now)
            // Sending again by hand says that the address is right; whoever wants no mail gets none all the same.
            if let known = try transaction.suppressions.suppression(of: recipient.email) {
                guard !known.reason.isOwnersWish else {
                    throw DeliveriesError(
                        .invalid, fields: [FieldError("recipient", "suppressed-\(known.reason.rawValue)")])
                }
                try transaction.liftSuppressions(of: [recipient.email], by: account, at: now)
            }
            _ = try transaction.outbox.cancel(delivery: delivery.id, recipient: id, at: now)
            let mails = DeliveryMails(
                parts, settings: try parts.settings.current(in: transaction), now: now,
                languages: try transaction.readerLanguages.languages(of: [recipient.email]))
            try transaction.outbox.insert([
                mails.delivery(
                    delivery, files: transaction.files.files(of: delivery.id), to: recipient,
                    link: transaction.linkToken(of: recipient, keys: parts.keys),
                    from: transaction.sender(of: delivery))
            ])
            try transaction.audit(.deliveryResent, id, by: account, origin: origin, at: now)
        }
        parts.changes.give()
        parts.mailQueued()
    }

    /// Reminds one recipient.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.withdrawn`, `.expired`, `.conflict` if there is nothing to remind
    ///   of because everything was fetched, `.throttled` within an hour of the last reminder by hand.
    public func remind(
        _ id: RecipientID, by account: AccountID, origin: RequestOrigin = .commandLine
    ) async throws {
        let parts = parts
        let now = parts.now()
        try await parts.database.write { transaction in
            let (recipient, delivery) = try transaction.ownRecipient(id, of: account)
            try delivery.checkOpen(now)
            let files = try transaction.files.files(of: delivery.id)
            let fetched = Set(try transaction.visits.fetches(of: delivery.id, by: id).map(\.file))
            let isDone = files.isEmpty ? recipient.openedAt != nil : files.allSatisfy { fetched.contains($0.id) }
            if isDone { throw DeliveriesError(.conflict) }
            switch try transaction.mailWish(of: recipient.email) {
            case .all: break
            case .noReminders: throw DeliveriesError(.invalid, fields: [FieldError("recipient", "no-reminders")])
            case .none:
                throw DeliveriesError(.invalid, fields: [FieldError("recipient", "wants-no-mail")])
            }
            try transaction.countByHand("remind", id, now)
            try transaction.remind([recipient], of: delivery, by: account, parts: parts, at: now)
            try transaction.audit(.deliveryReminded, delivery.id, by: account, origin: origin, at: now)
        }
        parts.changes.give()
        parts.mailQueued()
    }

    /// Reminds all recipients who have not fetched anything and were not reminded by hand within an hour.
    ///
    /// - Returns: how many.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.withdrawn`, `.expired`.
    @discardableResult
    public func remindAll(
        of id: DeliveryID, by account: AccountID, origin: RequestOrigin = .commandLine
    ) async throws -> Int {
        let parts = parts
        let now = parts.now()
        let count = try await parts.database.write { transaction in
            let delivery = try transaction.ownDelivery(id, of: account)
            try delivery.checkOpen(now)
            let waiting = try transaction.withoutRefusals(transaction.recipientsWithoutFetch(of: delivery))
            let due = try waiting.filter { recipient in
                do {
                    try transaction.countByHand("remind", recipient.id, now)
                    return true
                } catch let error as DeliveriesError where error.code == .throttled {
                    return false
                }
            }
            try transaction.remind(due, of: delivery, by: account, parts: parts, at: now)
            if !due.isEmpty { try transaction.audit(.deliveryReminded, id, by: account, origin: origin, at: now) }
            return due.count
        }
        if count > 0 {
            parts.changes.give()
            parts.mailQueued()
        }
        return count
    }

    private static func mailbox(_ typed: String) throws -> Mailbox {
        let entries = RecipientListCheck(typed).entries
        guard let entry = entries.first else {
            throw DeliveriesError(.invalid, fields: [FieldError("address", "required")])
        }
        guard entries.count == 1 else {
            throw DeliveriesError(.invalid, fields: [FieldError("address", "too-many", ["most": "1"])])
        }
        guard let mailbox = entry.mailbox else {
            let reason = "address-\(entry.problem?.rawValue ?? "empty")"
            throw DeliveriesError(.invalid, fields: [FieldError("address", reason, ["text": entry.text])])
        }
        return mailbox
    }
}

extension Transaction {
    /// Counts something that a sender may do once an hour for each recipient.
    fileprivate func countByHand(_ action: String, _ recipient: RecipientID, _ now: Date) throws {
        let key = "\(action):\(recipient)"
        if let running = try ledger.throttleCount(key, now: now), running.count > 0 {
            let wait = running.windowEnds.timeIntervalSince(now)
            throw DeliveriesError(.throttled, retryAfter: max(1, Int(wait.rounded(.up))))
        }
        _ = try ledger.countThrottle(key, window: DeliveryActions.remindInterval, now: now)
    }

    /// The recipients who have not fetched any file; of a delivery without files, those who have not opened it.
    func recipientsWithoutFetch(of delivery: Delivery) throws -> [Recipient] {
        if try files.files(of: delivery.id).isEmpty {
            return try deliveries.recipients(of: delivery.id).filter { $0.openedAt == nil }
        }
        let fetches = try visits.fetches(of: delivery.id)
        // Who fetched by a link that needs no proof is not known: whoever it was shall not be reminded.
        if delivery.path == .addIn, fetches.contains(where: { $0.recipient == nil }) { return [] }
        let fetched = Set(fetches.compactMap(\.recipient))
        return try deliveries.recipients(of: delivery.id).filter { !fetched.contains($0.id) }
    }

    /// Puts reminders into the outbox.
    func remind(
        _ recipients: [Recipient], of delivery: Delivery, by actor: AccountID? = nil, parts: DeliveryParts, at now: Date
    ) throws {
        guard !recipients.isEmpty else { return }
        let mails = DeliveryMails(
            parts, settings: try parts.settings.current(in: self), now: now,
            languages: try readerLanguages.languages(of: recipients.map(\.email)))
        let sender = try sender(of: delivery)
        let files = try files.files(of: delivery.id)
        try outbox.insert(
            recipients.map { recipient in
                try mails.reminder(
                    delivery, files: files, to: recipient, link: linkToken(of: recipient, keys: parts.keys),
                    from: sender, answers: firstMessageID(to: recipient))
            })
        for recipient in recipients {
            try events.append(
                DeliveryEvent(
                    delivery: delivery.id, sender: delivery.doer(actor), recipient: recipient.id, kind: .reminded,
                    at: now))
        }
    }

    /// The Message-ID of the mail about the delivery that a recipient got: what later mails answer.
    func firstMessageID(to recipient: Recipient) throws -> String? {
        try outbox.newestEntry(of: recipient.id, kind: .delivery)?.messageID
    }

    /// The token of a recipient's link, from its sealed copy.
    func linkToken(of recipient: Recipient, keys: KeyRing) throws -> Token {
        guard let link = try deliveries.activeLink(of: recipient.id) ?? deliveries.sharedLink(of: recipient.delivery)
        else {
            throw DeliveriesError(.trouble, detail: "recipient \(recipient.id) has no link")
        }
        return try FreshLink.token(of: link, keys: keys)
    }
}
