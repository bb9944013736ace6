import FileVault
public import Foundation
import Logging

/// Computes the plain SHA-256 of whole files, one after the other: the digest that people compare.
public struct ChecksumJob: LeasedJob {
    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "checksums" }
    /// Six hours: the largest file takes long.
    public var leaseTime: TimeInterval { 6 * 3600 }

    /// Computes what is missing, at most sixteen files.
    public func run(now: Date) async throws -> Date {
        let parts = parts
        let waiting = try await parts.database.read { transaction in
            try transaction.files.filesWithoutSHA256(limit: 16).map { file -> (DeliveryFile, VaultFile?) in
                (file, try? transaction.vaultFile(of: file, keys: parts.keys))
            }
        }
        for (file, content) in waiting {
            try Task.checkCancellation()
            await store(try await digest(of: file, content), of: file.id)
        }
        return now.addingTimeInterval(waiting.count == 16 ? 0 : 30)
    }

    /// The digest; empty for a damaged file, so that it is not read again and again.
    private func digest(of file: DeliveryFile, _ content: VaultFile?) async throws -> String {
        do {
            guard let content else {
                throw VaultError(.corrupted, file: file.vaultFile, detail: "manifest and chunks do not agree")
            }
            return try await parts.vault.sha256(of: content).hex
        } catch let error as VaultError {
            guard error.code == .corrupted || error.code == .missing else { throw error }
            parts.log.error("a stored file is damaged", metadata: ["file": "\(file.id)", "reason": "\(error)"])
            return ""
        }
    }

    private func store(_ digest: String, of id: DeliveryFileID) async {
        do {
            try await parts.database.write { transaction in
                guard var file = try transaction.files.file(id), file.sha256 == nil else { return }
                file.sha256 = digest
                try transaction.files.update(file)
            }
        } catch {
            parts.log.warning("a checksum was not stored", metadata: ["file": "\(id)", "reason": "\(error)"])
        }
    }
}
