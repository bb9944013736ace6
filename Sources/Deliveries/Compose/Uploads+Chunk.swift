public import FileVault
import Foundation
public import NIOCore
import Secrets

extension Uploads {
    /// Stores one chunk; returns when it is on disk and counts. The same chunk may come again, also at the same time.
    ///
    /// - Parameters:
    ///   - index: the chunk's number, from 0.
    ///   - file: the file.
    ///   - account: the sender of its delivery.
    ///   - size: how many octets the body announces, if it does.
    ///   - sha256: the digest that the uploader names, if it names one.
    ///   - body: the plain octets; read to the end unless an error is thrown.
    /// - Returns: the receipt.
    /// - Throws: ``DeliveriesError`` `.notFound`, `.conflict` if the delivery was sent, `.chunkOutOfRange`,
    ///   `.sizeMismatch`, `.checksumMismatch`, `.chunkDiffers`, `.diskFull`, `.busy`,
    ///   `.storeUnreachable`, `.trouble`; what the body throws. Nothing of the chunk counts then.
    public func putChunk<Body: AsyncSequence & Sendable>(
        _ index: Int, of file: DeliveryFileID, by account: AccountID, size: Int? = nil, sha256: ContentDigest? = nil,
        body: Body
    ) async throws -> ChunkReceipt where Body.Element == ByteBuffer {
        let (found, known) = try await parts.database.read { transaction in
            let (found, _) = try transaction.ownUpload(file, of: account)
            return (found, try transaction.files.chunk(file: file, index: index))
        }
        guard (0..<found.chunkCount).contains(index) else { throw DeliveriesError(.chunkOutOfRange) }
        let plainSize = found.plainSize(ofChunk: index)
        guard size == nil || size == plainSize else { throw DeliveriesError(.sizeMismatch) }
        if let known {
            return try await compare(body, with: known, of: found, size: plainSize, claimed: sha256)
        }
        let key: FileKey
        let stored: StoredChunk
        do throws(VaultError) {
            let wraps = try FileKeyWrap.decode(found.sealedKeyWraps)
            key = try FileKey(unwrapping: wraps, with: parts.keys, file: found.vaultFile)
            let layout = try FileLayout(size: found.size, chunkSize: found.chunkSize)
            stored = try await parts.vault.writeChunk(
                index, of: found.vaultFile, key: key, layout: layout, expectedDigest: sha256, body: body)
        } catch {
            throw error.cause ?? DeliveriesError(vault: error)
        }
        return try await count(stored, of: found, by: account, key: key)
    }

    /// The chunk is durable; now it counts, unless another one of that number was faster.
    private func count(
        _ stored: StoredChunk, of file: DeliveryFile, by account: AccountID, key: FileKey
    ) async throws -> ChunkReceipt {
        let parts = parts
        let now = parts.now()
        let chunk = FileChunk(
            file: file.id, index: stored.index, size: stored.plainSize, digest: stored.digest.hex,
            objectName: stored.objectName)
        do {
            let receipt = try await parts.database.write { transaction in
                var (file, draft) = try transaction.ownUpload(file.id, of: account)
                guard try transaction.files.insert(chunk) else {
                    let first = try transaction.files.chunk(file: file.id, index: chunk.index)
                    guard first?.digest == chunk.digest else { throw DeliveriesError(.chunkDiffers) }
                    return ChunkReceipt(
                        index: chunk.index, digest: chunk.digest, isNew: false, fileComplete: file.completedAt != nil)
                }
                let isComplete = try transaction.files.progress(of: file.id).chunks == file.chunkCount
                if isComplete { try transaction.complete(&file, key: key, random: parts.random, at: now) }
                // A long upload keeps its draft from being taken for abandoned.
                if isComplete || now.timeIntervalSince(draft.updatedAt) > 600 {
                    draft.updatedAt = now
                    try transaction.deliveries.update(draft)
                }
                return ChunkReceipt(
                    index: chunk.index, digest: chunk.digest, isNew: true, fileComplete: isComplete)
            }
            if !receipt.isNew { await parts.removeFromVault(stored.objectName, of: file.vaultFile) }
            return receipt
        } catch let error as DeliveriesError {
            // The body ran and refused, so nothing names the object. After any other error the commit may have gone
            // through: then the sweep decides.
            await parts.removeFromVault(stored.objectName, of: file.vaultFile)
            throw error
        }
    }

    /// A chunk that was acknowledged before: only its digest is of interest.
    private func compare<Body: AsyncSequence & Sendable>(
        _ body: Body, with known: FileChunk, of file: DeliveryFile, size: Int, claimed: ContentDigest?
    ) async throws -> ChunkReceipt where Body.Element == ByteBuffer {
        let digest = try await ContentDigest(ofChunk: body, size: size)
        if let claimed, claimed != digest { throw DeliveriesError(.checksumMismatch) }
        guard digest.hex == known.digest else { throw DeliveriesError(.chunkDiffers) }
        return ChunkReceipt(
            index: known.index, digest: known.digest, isNew: false, fileComplete: file.completedAt != nil)
    }
}

extension Transaction {
    /// Seals the manifest of a file whose chunks are all there.
    fileprivate func complete(
        _ file: inout DeliveryFile, key: FileKey, random: any RandomSource, at now: Date
    ) throws {
        do throws(VaultError) {
            let manifest = try FileManifest(
                file: file.vaultFile, layout: FileLayout(size: file.size, chunkSize: file.chunkSize),
                chunks: storedChunks(of: file))
            file.sealedManifest = try manifest.sealed(with: key, random: random)
            file.treeDigest = manifest.tree.root.hex
        } catch {
            throw DeliveriesError(vault: error)
        }
        file.completedAt = now
        try files.update(file)
    }
}
