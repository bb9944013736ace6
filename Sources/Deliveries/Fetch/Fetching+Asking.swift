import Foundation
public import Localization
import MailTemplates

extension Fetching {
    /// The recipient of an expired delivery asks its sender for more time.
    ///
    /// - Parameter linkText: the link's last part.
    /// - Returns: false if it was asked for already within a day; nothing happened then.
    /// - Throws: ``DeliveriesError`` `.linkDamaged`, `.notFound`, `.linkReplaced`, `.withdrawn`, `.conflict` if the
    ///   delivery has not run out, `.expired` if its files are gone.
    @discardableResult
    public func askRenewal(_ linkText: String) async throws -> Bool {
        let token = try LinkText.token(linkText)
        let parts = parts
        let now = parts.now()
        let wasNew = try await parts.database.write { transaction in
            let place = try Place(token, transaction)
            switch RecipientPage.State(place, place.recipient, now) {
            case .open, .unfinished: throw DeliveriesError(.conflict)
            case .withdrawn: throw DeliveriesError(.withdrawn)
            case .removed, .expired(canAsk: false, asked: false): throw DeliveriesError(.expired)
            case .expired(_, asked: true): return false
            case .expired: break
            }
            if var recipient = place.recipient {
                recipient.renewalAskedAt = now
                try transaction.deliveries.update(recipient)
            } else {
                let key = "renewal:\(place.link.id)"
                let asked = try transaction.ledger.countThrottle(key, window: Self.renewalInterval, now: now)
                if asked.count > 1 { return false }
            }
            try transaction.events.append(
                DeliveryEvent(
                    delivery: place.delivery.id, sender: place.delivery.sender, recipient: place.recipient?.id,
                    kind: .renewalAsked, at: now))
            let settings = try parts.settings.current(in: transaction)
            let sender = try transaction.sender(of: place.delivery)
            let readers = try transaction.readers(of: .renewalAsked, sender: sender, settings: settings)
            let mails = DeliveryMails(parts, settings: settings, now: now)
            try transaction.tell(
                readers.map { try mails.renewalAsked(by: place.recipient, of: place.delivery, to: $0) },
                by: parts.composer, settings: settings, at: now)
            return true
        }
        if wasNew {
            parts.mailQueued()
            parts.changes.give()
        }
        return wasNew
    }

    /// A recipient chose the language of the page: later mail to that address speaks it, too. At a link for all readers
    /// nobody is known, and nothing is kept.
    ///
    /// - Throws: ``DeliveriesError`` `.linkDamaged`, `.notFound`, `.linkReplaced`.
    public func chooseLanguage(_ language: Language, at linkText: String) async throws {
        let token = try LinkText.token(linkText)
        let now = parts.now()
        try await parts.database.write { transaction in
            guard let address = try Place(token, transaction).recipient?.email else { return }
            try transaction.readerLanguages.set(language, of: address, at: now)
        }
    }

    /// Somebody reports the mail as unwanted or fraudulent: the sender's page and the administrators hear of it.
    ///
    /// - Parameters:
    ///   - linkText: the link's last part.
    ///   - words: what they wrote, if anything; cut at 2,000 characters.
    /// - Returns: false if it was reported before; nothing happened then.
    /// - Throws: ``DeliveriesError`` `.linkDamaged`, `.notFound`, `.linkReplaced`.
    @discardableResult
    public func report(_ linkText: String, words: String = "") async throws -> Bool {
        let token = try LinkText.token(linkText)
        let parts = parts
        let now = parts.now()
        let wasNew = try await parts.database.write { transaction in
            let place = try Place(token, transaction)
            if var recipient = place.recipient {
                guard recipient.reportedAt == nil else { return false }
                recipient.reportedAt = now
                try transaction.deliveries.update(recipient)
            } else {
                let key = "report:\(place.link.id)"
                if try transaction.ledger.countThrottle(key, window: 24 * 3600, now: now).count > 1 { return false }
            }
            try transaction.events.append(
                DeliveryEvent(
                    delivery: place.delivery.id, sender: place.delivery.sender, recipient: place.recipient?.id,
                    kind: .reported, at: now))
            let settings = try parts.settings.current(in: transaction)
            let mails = DeliveryMails(parts, settings: settings, now: now)
            let sender = try transaction.sender(of: place.delivery)
            try transaction.tell(
                transaction.readers(of: .reported, settings: settings).map { reader in
                    try mails.reported(
                        by: place.recipient, words: String(words.prefix(2_000)), of: place.delivery, from: sender,
                        to: reader)
                }, by: parts.composer, settings: settings, at: now)
            return true
        }
        if wasNew {
            parts.mailQueued()
            parts.changes.give()
        }
        return wasNew
    }
}
