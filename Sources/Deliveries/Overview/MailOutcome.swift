public import Foundation
import MailMessage
import MailTemplates

/// What became of a row of the outbox, told to the delivery that it belongs to: within the transaction that records
/// it, so that the two are never apart.
public struct MailOutcome: Sendable {
    /// What happened to the mail.
    public enum Change: Equatable, Sendable {
        /// It was kept in the local mailbox.
        case storedLocally
        /// The mail server took it over.
        case handedOver
        /// An attempt failed; the mail waits for the next one.
        case delayed
        /// It waits for a decision.
        case held
        /// It cannot be delivered.
        case failed
        /// It was cancelled or discarded.
        case cancelled
    }

    /// After how many seconds the sender is told that a mail is still waiting.
    public static let patience: TimeInterval = 4 * 3600
    /// For how many seconds a mail is tried that has no end of its own.
    public static let longestWait: TimeInterval = 5 * 86_400

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Records the outcome: an event of the delivery, and a notice to its sender if a mail cannot be delivered.
    ///
    /// - Parameters:
    ///   - change: what happened.
    ///   - entry: the row as it is stored now.
    ///   - transaction: the transaction that stores it.
    ///   - now: the time.
    /// - Returns: whether a notice was put into the outbox; then wake its worker after the commit.
    @discardableResult
    public func record(
        _ change: Change, of entry: OutboxEntry, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        if change == .failed { try transaction.suppress(afterFailureOf: entry, at: now) }
        // Codes are asked for again, and mail to accounts belongs to no recipient.
        guard let id = entry.delivery, let recipientID = entry.recipient, entry.kind != .code,
            let delivery = try transaction.deliveries.delivery(id)
        else { return false }
        // A report on a mail to an address that was corrected since says nothing of the recipient as they are now.
        if change == .failed, let recipient = try transaction.deliveries.recipient(recipientID),
            recipient.email.comparisonKey != entry.to.comparisonKey
        {
            return false
        }
        // The first delay is news; the next ones are not, until it has lasted for hours.
        if change == .delayed, entry.attempts > 1 {
            return try warn(of: entry, delivery: delivery, recipient: recipientID, in: transaction, at: now)
        }
        try transaction.events.append(
            DeliveryEvent(
                delivery: id, sender: delivery.sender, recipient: recipientID, kind: change.event, at: now,
                detail: change.tellsAnswer ? entry.lastAnswer : ""))
        if change == .held {
            return try HeldNotices(parts: parts).tell(of: entry, delivery: delivery, in: transaction, at: now)
        }
        guard change == .failed, let recipient = try transaction.deliveries.recipient(recipientID) else {
            return false
        }
        let settings = try parts.settings.current(in: transaction)
        let sender = try transaction.sender(of: delivery)
        let readers = try transaction.readers(of: .undeliverable, sender: sender, settings: settings)
        let mails = DeliveryMails(parts, settings: settings, now: now)
        return try transaction.tell(
            readers.map { try mails.undeliverable(entry, recipient: recipient, of: delivery, to: $0) },
            by: parts.composer, settings: settings, at: now)
    }

    /// A report says that a mail which was handed over is still on its way: shown, and told to the sender.
    ///
    /// - Returns: whether a notice was put into the outbox.
    func recordLateness(of entry: OutboxEntry, in transaction: any Transaction, at now: Date) throws -> Bool {
        guard let (delivery, recipient) = try concerned(by: entry, in: transaction) else { return false }
        try transaction.events.append(
            DeliveryEvent(
                delivery: delivery.id, sender: delivery.sender, recipient: recipient.id, kind: .delayed, at: now,
                detail: entry.lastAnswer))
        return try warnOnce(of: entry, delivery: delivery, recipient: recipient, in: transaction, at: now)
    }

    /// A recipient called a mail spam: shown to the sender, and told to administrators as if it were reported here.
    ///
    /// - Returns: whether a mail was put into the outbox.
    func recordComplaint(of entry: OutboxEntry, in transaction: any Transaction, at now: Date) throws -> Bool {
        guard let (delivery, recipient) = try concerned(by: entry, in: transaction) else { return false }
        try transaction.events.append(
            DeliveryEvent(
                delivery: delivery.id, sender: delivery.sender, recipient: recipient.id, kind: .reported, at: now))
        let settings = try parts.settings.current(in: transaction)
        // Several complaints of one recipient about one delivery are one piece of news.
        let readers = try transaction.readers(of: .reported, settings: settings)
        guard !readers.isEmpty,
            try transaction.ledger.countThrottle("complaint:\(recipient.id)", window: 86_400, now: now).count == 1
        else { return false }
        let mails = DeliveryMails(parts, settings: settings, now: now)
        let sender = try transaction.sender(of: delivery)
        return try transaction.tell(
            readers.map { try mails.reported(by: recipient, words: "", of: delivery, from: sender, to: $0) },
            by: parts.composer, settings: settings, at: now)
    }

    /// The delivery and the recipient that a mail belongs to, if the recipient still has the address it went to.
    private func concerned(by entry: OutboxEntry, in transaction: any Transaction) throws -> (Delivery, Recipient)? {
        guard entry.kind != .code, let id = entry.delivery, let recipientID = entry.recipient,
            let delivery = try transaction.deliveries.delivery(id),
            let recipient = try transaction.deliveries.recipient(recipientID),
            recipient.email.comparisonKey == entry.to.comparisonKey
        else { return nil }
        return (delivery, recipient)
    }

    /// Tells the sender once that a mail has been waiting for hours.
    private func warn(
        of entry: OutboxEntry, delivery: Delivery, recipient id: RecipientID, in transaction: any Transaction,
        at now: Date
    ) throws -> Bool {
        guard now.timeIntervalSince(entry.createdAt) >= Self.patience,
            let recipient = try transaction.deliveries.recipient(id)
        else { return false }
        return try warnOnce(of: entry, delivery: delivery, recipient: recipient, in: transaction, at: now)
    }

    private func warnOnce(
        of entry: OutboxEntry, delivery: Delivery, recipient: Recipient, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        let settings = try parts.settings.current(in: transaction)
        let sender = try transaction.sender(of: delivery)
        let readers = try transaction.readers(of: .delayed, sender: sender, settings: settings)
        guard !readers.isEmpty,
            try transaction.ledger.countThrottle("delayed:\(entry.id)", window: Self.longestWait * 2, now: now).count
                == 1
        else { return false }
        let mails = DeliveryMails(parts, settings: settings, now: now)
        let end = entry.notAfter ?? entry.createdAt.addingTimeInterval(Self.longestWait)
        return try transaction.tell(
            readers.map { try mails.delayed(entry, triedUntil: end, recipient: recipient, of: delivery, to: $0) },
            by: parts.composer, settings: settings, at: now)
    }
}

extension MailOutcome.Change {
    fileprivate var event: DeliveryEvent.Kind {
        switch self {
        case .storedLocally: .storedLocally
        case .handedOver: .handedOver
        case .delayed: .delayed
        case .held: .held
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    fileprivate var tellsAnswer: Bool { self == .delayed || self == .held || self == .failed }
}
