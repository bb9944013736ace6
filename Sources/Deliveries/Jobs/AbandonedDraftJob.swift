public import Foundation

/// Drafts that nobody has touched for long are removed with what was uploaded for them.
public struct AbandonedDraftJob: LeasedJob {
    private static let batch = 50

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "abandoned-drafts" }

    /// Removes what is abandoned.
    public func run(now: Date) async throws -> Date {
        let hours = try await parts.settings.current().integer(.deliveriesAbandonedHours)
        let before = now.addingTimeInterval(Double(-hours) * 3600)
        var count = Self.batch
        while count == Self.batch {
            try Task.checkCancellation()
            let (removed, files) = try await parts.database.write { transaction in
                let drafts = try transaction.deliveries.abandonedDrafts(before: before, limit: Self.batch)
                return (drafts.count, try drafts.flatMap { try transaction.removeDraftWithFiles($0.id) })
            }
            await parts.removeFromVault(files)
            count = removed
        }
        return now.addingTimeInterval(3600)
    }
}
