public import Foundation
import MailTemplates

/// What senders do with a delivery after they sent it.
public struct DeliveryActions: Sendable {
    /// How often a recipient can be reminded by hand, seconds.
    public static let remindInterval: TimeInterval = 3600

    let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Takes a delivery back: its links say so, its mails that wait are cancelled, running transfers are cut, its files
    /// and their keys are removed.
    ///
    /// - Returns: the delivery as it is now.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` for a draft or a delivery that is no longer there.
    @discardableResult
    public func withdraw(
        _ id: DeliveryID, by account: AccountID, origin: RequestOrigin = .commandLine
    ) async throws -> Delivery {
        let parts = parts
        let now = parts.now()
        let (withdrawn, isMail) = try await parts.database.write { transaction in
            let delivery = try transaction.ownDelivery(id, of: account)
            guard delivery.state == .sent || delivery.state == .expired else { throw DeliveriesError(.conflict) }
            return try transaction.withdraw(delivery, by: account, parts: parts, origin: origin, at: now)
        }
        parts.changes.give()
        if isMail { parts.mailQueued() }
        return withdrawn
    }

    /// Gives more time, also to a delivery that has run out as long as its files are kept. Those who asked for it hear
    /// of it.
    ///
    /// - Parameters:
    ///   - id: the delivery.
    ///   - account: its sender.
    ///   - days: how many days more, from its end on or, if that is past, from now on.
    ///   - origin: from where.
    /// - Returns: the delivery as it is now.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.invalid` if the end would be farther away than the policy allows,
    ///   `.conflict` for a draft, `.withdrawn`, `.expired` if its files are gone.
    @discardableResult
    public func extend(
        _ id: DeliveryID, by account: AccountID, days: Int, origin: RequestOrigin = .commandLine
    ) async throws -> Delivery {
        let parts = parts
        let now = parts.now()
        let (extended, isMail) = try await parts.database.write { transaction in
            var delivery = try transaction.ownDelivery(id, of: account)
            let settings = try parts.settings.current(in: transaction)
            switch delivery.state {
            case .sent, .expired: break
            case .draft: throw DeliveriesError(.conflict)
            case .withdrawn: throw DeliveriesError(.withdrawn)
            case .removed: throw DeliveriesError(.expired)
            }
            try delivery.extend(days: days, policy: transaction.policy(of: account, settings), now: now)
            try transaction.deliveries.update(delivery)
            try transaction.events.append(
                DeliveryEvent(delivery: id, sender: account, kind: .extended, at: now, detail: String(days)))
            try transaction.audit(.deliveryExtended, id, by: account, origin: origin, at: now)
            let asked = try transaction.deliveries.recipients(of: id).filter { $0.renewalAskedAt != nil }
            let mails = DeliveryMails(
                parts, settings: settings, now: now,
                languages: try transaction.readerLanguages.languages(of: asked.map(\.email)))
            let sender = try transaction.sender(of: delivery)
            var notices: [OutboxEntry] = []
            for var recipient in asked {
                recipient.renewalAskedAt = nil
                try transaction.deliveries.update(recipient)
                guard settings.sends(.renewed) else { continue }
                let token = try transaction.linkToken(of: recipient, keys: parts.keys)
                notices.append(
                    try mails.renewed(
                        delivery, to: recipient, link: token, from: sender,
                        answers: transaction.firstMessageID(to: recipient)))
            }
            try transaction.outbox.insert(notices)
            return (delivery, !notices.isEmpty)
        }
        parts.changes.give()
        if isMail { parts.mailQueued() }
        return extended
    }
}

extension Transaction {
    /// Takes a delivery back that is sent or has run out.
    ///
    /// - Returns: the delivery as it is now, and whether mail was put into the outbox.
    func withdraw(
        _ delivery: Delivery, by actor: AccountID?, parts: DeliveryParts, origin: RequestOrigin, at now: Date
    ) throws -> (Delivery, isMail: Bool) {
        var delivery = delivery
        let id = delivery.id
        delivery.state = .withdrawn
        delivery.updatedAt = now
        delivery.removeFilesAt = now
        try deliveries.update(delivery)
        let cancelled = try outbox.cancel(delivery: id, recipient: nil, at: now)
        try events.append(
            DeliveryEvent(
                delivery: id, sender: delivery.doer(actor), kind: .withdrawn, at: now))
        try audit(.deliveryWithdrawn, id, by: actor, origin: origin, at: now)
        let settings = try parts.settings.current(in: self)
        guard settings.sends(.withdrawn) else { return (delivery, false) }
        // Who never got the mail need not hear that it is void.
        let unsent = Set(cancelled.filter { $0.kind == .delivery }.compactMap(\.recipient))
        let everybody = try deliveries.recipients(of: id)
        let mails = DeliveryMails(
            parts, settings: settings, now: now,
            languages: try readerLanguages.languages(of: everybody.map(\.email)))
        let sender = try sender(of: delivery)
        let notices = try everybody.filter { !unsent.contains($0.id) }.map {
            try mails.withdrawn(delivery, to: $0, from: sender, answers: firstMessageID(to: $0))
        }
        try outbox.insert(notices)
        return (delivery, !notices.isEmpty)
    }
}

extension Delivery {
    /// Whom an event names that somebody caused: of a mailbox the member who did it.
    func doer(_ actor: AccountID?) -> AccountID { mailbox == nil ? sender : actor ?? sender }

    /// Moves the end, within what the sender's policy allows.
    fileprivate mutating func extend(days: Int, policy: AccountPolicy, now: Date) throws {
        let longest = policy.longestLifetimeDays
        guard (1...max(1, longest)).contains(days) else {
            throw DeliveriesError(
                .invalid, fields: [FieldError("days", "out-of-range", ["least": "1", "most": String(longest)])])
        }
        let start = max(now, expiresAt ?? now)
        let end = start.addingTimeInterval(Double(days) * 86_400)
        guard end.timeIntervalSince(now) <= Double(longest) * 86_400 else {
            // How many days are left until the farthest end.
            let most = longest - Int((start.timeIntervalSince(now) / 86_400).rounded(.up))
            throw DeliveriesError(
                .invalid,
                fields: [FieldError("days", "out-of-range", ["least": "1", "most": String(max(0, most))])])
        }
        state = .sent
        expiresAt = end
        removeFilesAt = end.addingTimeInterval(Double(policy.graceDays) * 86_400)
        remindedAt = nil
        updatedAt = now
    }
}
