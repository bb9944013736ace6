import FileVault
import Foundation
import Secrets

/// Files on their way in: numbered chunks, each safe to repeat, each durable before it is acknowledged.
public struct Uploads: Sendable {
    let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Announces a file. Its name is cleaned and told apart from those that are there.
    ///
    /// - Parameters:
    ///   - delivery: the draft that it belongs to.
    ///   - account: its sender.
    ///   - name: the file's name as the uploader knows it, perhaps with a path.
    ///   - mediaType: its media type, for display only.
    ///   - size: octets.
    /// - Returns: the file, with its chunk size and count.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if the delivery was sent, `.invalid` for a negative size
    ///   or a name of a kind that the sender may not send, `.tooLarge`, `.tooMany`.
    public func addFile(
        to delivery: DeliveryID, by account: AccountID, name: String, mediaType: String, size: Int64
    ) async throws -> DeliveryFile {
        let parts = parts
        let now = parts.now()
        guard size >= 0 else { throw DeliveriesError(.invalid, fields: [FieldError("size", "out-of-range")]) }
        let id: DeliveryFileID = parts.newID(now)
        let vaultFile = VaultFileID(random: parts.random)
        let wraps: Data
        do {
            let key = FileKey(random: parts.random)
            wraps = try FileKeyWrap.encode([key.wrapped(by: parts.keys, file: vaultFile)])
        } catch {
            throw DeliveriesError(vault: error)
        }
        let cleaned = FileName.clean(name)
        let type = Self.cleanedType(mediaType)
        let (file, isMail) = try await parts.database.write { transaction in
            var draft = try transaction.ownDraft(delivery, of: account)
            let limits = try transaction.limits(of: account, parts)
            try limits.check(fileName: cleaned)
            let present = try transaction.files.files(of: delivery)
            try Self.check(size, beside: present, limits)
            try limits.checkQuota(size) { try transaction.files.octets(of: account) }
            let file = DeliveryFile(
                id: id, delivery: delivery, position: (present.last?.position ?? -1) + 1,
                name: FileName.distinct(cleaned, from: present.map(\.name)), mediaType: type, size: size,
                chunkSize: draft.chunkSize, vaultFile: vaultFile, sealedKeyWraps: wraps, createdAt: now)
            try transaction.files.insert(file)
            draft.updatedAt = now
            try transaction.deliveries.update(draft)
            return (file, try transaction.noteQuota(account, limits, parts, at: now))
        }
        if isMail { parts.mailQueued() }
        return file
    }

    /// How far a file is.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func status(of file: DeliveryFileID, by account: AccountID) async throws -> UploadStatus {
        try await parts.database.read { transaction in
            guard let found = try transaction.files.file(file) else { throw DeliveriesError(.notFound) }
            _ = try transaction.ownDelivery(found.delivery, of: account)
            return UploadStatus(file: found, chunks: try transaction.files.chunks(of: file))
        }
    }

    /// Takes a file out of a draft, whether all of it is there or not.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if the delivery was sent.
    public func removeFile(_ file: DeliveryFileID, by account: AccountID) async throws {
        let now = parts.now()
        let vaultFile = try await parts.database.write { transaction in
            var (found, draft) = try transaction.ownUpload(file, of: account)
            try transaction.files.remove(file)
            draft.updatedAt = now
            try transaction.deliveries.update(draft)
            return found.vaultFile
        }
        await parts.removeFromVault([vaultFile])
    }

    /// Whether one more file fits beside those that are there.
    static func check(_ size: Int64, beside present: [DeliveryFile], _ limits: DeliveryLimits) throws {
        if size > limits.fileSize { throw limits.fileTooLarge }
        if present.count >= limits.files { throw limits.tooManyFiles }
        // Compared without adding, which could overflow.
        if size > limits.deliverySize - present.reduce(0, { $0 + $1.size }) { throw limits.togetherTooLarge }
    }

    /// A media type of the usual form, else the one for anything.
    static func cleanedType(_ type: String) -> String {
        let allowed = type.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || Array("!#$&^_.+-/".utf8).contains(byte)
        }
        let halves = type.split(separator: "/", omittingEmptySubsequences: false)
        guard allowed, type.utf8.count <= 127, halves.count == 2, !halves.contains("") else {
            return "application/octet-stream"
        }
        return type.lowercased()
    }
}
