public import Foundation

/// Deliveries whose time is over run out: their links say so, their mails that wait are cancelled, their files are
/// kept for the grace period.
public struct ExpiryJob: LeasedJob {
    private static let batch = 100

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "expiry" }

    /// Lets run out what is due.
    public func run(now: Date) async throws -> Date {
        var count = Self.batch
        while count == Self.batch {
            try Task.checkCancellation()
            count = try await parts.database.write { transaction in
                let over = try transaction.deliveries.deliveriesToExpire(now: now, limit: Self.batch)
                for var delivery in over {
                    delivery.state = .expired
                    delivery.updatedAt = now
                    try transaction.deliveries.update(delivery)
                    _ = try transaction.outbox.cancel(delivery: delivery.id, recipient: nil, at: now)
                    try transaction.events.append(
                        DeliveryEvent(delivery: delivery.id, sender: delivery.sender, kind: .expired, at: now))
                }
                return over.count
            }
            if count > 0 { parts.changes.give() }
        }
        return now.addingTimeInterval(60)
    }
}
