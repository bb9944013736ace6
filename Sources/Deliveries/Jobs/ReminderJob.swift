public import Foundation
import MailTemplates

/// Before a delivery runs out, those who have not fetched anything are reminded, once.
public struct ReminderJob: LeasedJob {
    private static let batch = 500

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "reminders" }

    /// Reminds of what is due.
    public func run(now: Date) async throws -> Date {
        let settings = try await parts.settings.current()
        let next = now.addingTimeInterval(600)
        guard settings.sends(.reminder) else { return next }
        let before = now.addingTimeInterval(Double(settings.integer(.notifyReminderDays)) * 86_400)
        let due = try await parts.database.read { transaction in
            try transaction.deliveries.deliveriesToRemind(now: now, before: before, limit: Self.batch)
        }
        for delivery in due where delivery.isHalfOver(now) {
            try Task.checkCancellation()
            try await remind(delivery.id, before: before, now: now)
        }
        return next
    }

    private func remind(_ id: DeliveryID, before: Date, now: Date) async throws {
        let parts = parts
        let isMail = try await parts.database.write { transaction in
            guard var delivery = try transaction.deliveries.delivery(id), delivery.state == .sent,
                delivery.remindedAt == nil, let end = delivery.expiresAt, now < end, end < before
            else { return false }
            delivery.remindedAt = now
            try transaction.deliveries.update(delivery)
            let mails = try transaction.outbox.newestEntries(of: id, kind: .delivery)
            // Who never got the first mail is not reminded of it. What became of a sender's own mail is not known.
            let waiting = try transaction.withoutRefusals(transaction.recipientsWithoutFetch(of: delivery))
            let recipients = waiting.filter {
                delivery.path == .addIn || mails[$0.id]?.state == .handedOver || mails[$0.id]?.state == .local
            }
            try transaction.remind(recipients, of: delivery, parts: parts, at: now)
            return !recipients.isEmpty
        }
        if isMail {
            parts.changes.give()
            parts.mailQueued()
        }
    }
}

extension Delivery {
    /// Whether at least half of its time has passed: nobody is reminded of what has just been sent.
    fileprivate func isHalfOver(_ now: Date) -> Bool {
        guard let sentAt, let expiresAt else { return false }
        return now.timeIntervalSince(sentAt) * 2 >= expiresAt.timeIntervalSince(sentAt)
    }
}
