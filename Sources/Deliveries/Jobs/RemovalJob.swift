import FileVault
public import Foundation

/// Files and their keys are removed: after the grace period, or as soon as a delivery is withdrawn.
///
/// First the rows and with them the keys, in one transaction: from then on nobody can read the files, whatever happens.
/// Then the files; what is left of them after a crash, the sweep finds.
public struct RemovalJob: LeasedJob {
    private static let batch = 20

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "removal" }

    /// Removes what is due.
    public func run(now: Date) async throws -> Date {
        var count = Self.batch
        while count == Self.batch {
            try Task.checkCancellation()
            let (removed, files) = try await parts.database.write { transaction in
                let due = try transaction.deliveries.deliveriesToRemove(now: now, limit: Self.batch)
                var files: [VaultFileID] = []
                for delivery in due { files += try transaction.removeContent(of: delivery, at: now) }
                return (due.count, files)
            }
            if removed > 0 { parts.changes.give() }
            await parts.removeFromVault(files)
            count = removed
        }
        return now.addingTimeInterval(60)
    }
}

extension Transaction {
    /// Forgets keys and chunks; returns what is then an orphan in the vault.
    fileprivate func removeContent(of delivery: Delivery, at now: Date) throws -> [VaultFileID] {
        let present = try files.files(of: delivery.id).map(\.vaultFile)
        try files.forgetContent(of: delivery.id)
        var removed = delivery
        // What was withdrawn stays withdrawn: its links must not speak of something else.
        if delivery.state == .expired { removed.state = .removed }
        removed.removeFilesAt = nil
        removed.updatedAt = now
        try deliveries.update(removed)
        try events.append(DeliveryEvent(delivery: delivery.id, sender: delivery.sender, kind: .removed, at: now))
        return present
    }
}
