import FileVault
public import Foundation

/// Takes out of the vault what no row names: chunks whose upload broke off before it was acknowledged, and files whose
/// removal was broken off.
public struct OrphanJob: LeasedJob {
    /// What is younger may be about to be named, seconds.
    static let age: TimeInterval = 24 * 3600

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "orphans" }
    /// Six hours: there may be very many files.
    public var leaseTime: TimeInterval { 6 * 3600 }

    /// Removes orphans.
    public func run(now: Date) async throws -> Date {
        let before = now.addingTimeInterval(-Self.age)
        for file in try await parts.vault.files(olderThan: before) {
            try Task.checkCancellation()
            try await sweep(file, before: before)
        }
        return now.addingTimeInterval(12 * 3600)
    }

    private func sweep(_ file: VaultFileID, before: Date) async throws {
        let isKnown = try await parts.database.read { try $0.files.isKnown(vaultFile: file.text) }
        guard isKnown else {
            // Its name was drawn for one row, which is gone: nobody will write to it any more.
            try await parts.vault.remove(file)
            return
        }
        let objects = try await parts.vault.objects(of: file, olderThan: before)
        let orphans = try await parts.database.read { transaction in
            try objects.filter { try !transaction.files.isKnown(vaultFile: file.text, objectName: $0.name) }
        }
        for orphan in orphans { try await parts.vault.removeObject(orphan.name, of: file) }
    }
}
