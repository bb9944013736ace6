import Foundation

/// Looks again and again whether a running transfer may go on: at each change that this process hears of, and each
/// second for those that it does not.
struct TransferCheck: Sendable {
    private static let interval: TimeInterval = 1

    private let parts: DeliveryParts
    private let delivery: DeliveryID
    private let visitor: VisitorID
    private var generation: UInt64
    private var checkedAt: Date

    /// A transfer that was allowed a moment ago.
    ///
    /// - Parameter generation: that of the hint, taken before it was found allowed.
    init(_ parts: DeliveryParts, delivery: DeliveryID, visitor: VisitorID, generation: UInt64, at now: Date) {
        self.parts = parts
        self.delivery = delivery
        self.visitor = visitor
        self.generation = generation
        checkedAt = now
    }

    /// Throws if the transfer must end.
    mutating func pass() async throws {
        let now = parts.now()
        let current = parts.changes.generation
        guard current != generation || now.timeIntervalSince(checkedAt) >= Self.interval else { return }
        generation = current
        checkedAt = now
        let (delivery, visitor, parts) = (delivery, visitor, parts)
        try await parts.database.read { transaction in
            guard let delivery = try transaction.deliveries.delivery(delivery),
                try transaction.visits.visitor(visitor) != nil
            else { throw DeliveriesError(.notFound) }
            try delivery.checkRunning()
            // What is found late cuts what was let pass unseen.
            try transaction.checkScanned(delivery.id, parts)
        }
    }
}

extension Delivery {
    /// Refuses what was taken back. A transfer that began in time may end after the delivery's time is over.
    func checkRunning() throws {
        switch state {
        case .sent: break
        case .withdrawn: throw DeliveriesError(.withdrawn)
        case .expired:
            // The files are there as long as the grace period lasts.
            break
        case .removed: throw DeliveriesError(.expired)
        case .draft: throw DeliveriesError(.notFound)
        }
    }
}
