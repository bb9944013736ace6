import FileVault
import Foundation

extension Uploads {
    /// Begins a file whose size nobody knows yet.
    ///
    /// - Parameters:
    ///   - name: its name as the uploader knows it, perhaps with a path.
    ///   - mediaType: its media type, for display only.
    ///   - delivery: the draft that it is for; `nil` for one that is yet to be begun.
    ///   - account: the sender.
    ///   - staged: what came before it and is not kept yet.
    /// - Returns: the file, to be written.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if the delivery was sent, `.tooMany`, `.invalid` for a
    ///   name of a kind that the sender may not send.
    public func begin(
        _ name: String, mediaType: String, for delivery: DeliveryID?, by account: AccountID, beside staged: [StagedFile]
    ) async throws -> IncomingFile {
        let parts = parts
        let (settings, limits, present) = try await parts.database.read { transaction in
            let settings = try parts.settings.current(in: transaction)
            let limits = try transaction.limits(of: account, parts)
            try limits.checkQuota(staged.reduce(1) { $0 + $1.size }) { try transaction.files.octets(of: account) }
            guard let delivery else { return (settings, limits, [DeliveryFile]()) }
            _ = try transaction.ownDraft(delivery, of: account)
            return (settings, limits, try transaction.files.files(of: delivery))
        }
        try limits.check(fileName: FileName.clean(name))
        guard present.count + staged.count < limits.files else { throw limits.tooManyFiles }
        let used = present.reduce(0) { $0 + $1.size } + staged.reduce(0) { $0 + $1.size }
        return try IncomingFile(
            parts, name: name, mediaType: Self.cleanedType(mediaType),
            chunkSize: min(settings.integer(.deliveriesChunkSize), IncomingFile.largestChunk), limits: limits,
            room: max(0, min(limits.fileSize, limits.deliverySize - used)))
    }

    /// Counts files that are complete: all of them or none.
    ///
    /// - Parameters:
    ///   - staged: the files in their order.
    ///   - delivery: the draft that they belong to.
    ///   - account: its sender.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if the delivery was sent, `.tooLarge`, `.tooMany`; the
    ///   files are dropped then.
    public func keep(_ staged: [StagedFile], in delivery: DeliveryID, by account: AccountID) async throws {
        guard !staged.isEmpty else { return }
        let parts = parts
        let now = parts.now()
        let ids: [DeliveryFileID] = staged.map { _ in parts.newID(now) }
        do {
            let isMail = try await parts.database.write { transaction in
                var draft = try transaction.ownDraft(delivery, of: account)
                let limits = try transaction.limits(of: account, parts)
                var present = try transaction.files.files(of: delivery)
                for (file, id) in zip(staged, ids) {
                    try limits.check(fileName: file.name)
                    try Self.check(file.size, beside: present, limits)
                    try limits.checkQuota(file.size) { try transaction.files.octets(of: account) }
                    let row = DeliveryFile(
                        id: id, delivery: delivery, position: (present.last?.position ?? -1) + 1,
                        name: FileName.distinct(file.name, from: present.map(\.name)), mediaType: file.mediaType,
                        size: file.size, chunkSize: file.chunkSize, vaultFile: file.vaultFile,
                        sealedKeyWraps: file.sealedKeyWraps, sealedManifest: file.sealedManifest,
                        treeDigest: file.treeDigest, createdAt: now, completedAt: now)
                    try transaction.files.insert(row)
                    for chunk in file.chunks {
                        _ = try transaction.files.insert(
                            FileChunk(
                                file: id, index: chunk.index, size: chunk.plainSize, digest: chunk.digest.hex,
                                objectName: chunk.objectName))
                    }
                    present.append(row)
                }
                draft.updatedAt = now
                try transaction.deliveries.update(draft)
                return try transaction.noteQuota(account, limits, parts, at: now)
            }
            if isMail { parts.mailQueued() }
        } catch let error as DeliveriesError {
            // The body ran and refused, so nothing names the files. After any other error the commit may have gone
            // through: then the sweep decides.
            await drop(staged)
            throw error
        }
    }

    /// Takes files out of the vault that are not wanted after all.
    public func drop(_ staged: [StagedFile]) async { await parts.removeFromVault(staged.map(\.vaultFile)) }
}
