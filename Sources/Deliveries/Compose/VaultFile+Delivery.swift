import Crypto
import FileVault
import Foundation
import NIOCore
import Secrets

extension Transaction {
    /// The chunks of a file as the vault knows them.
    func storedChunks(of file: DeliveryFile) throws(VaultError) -> [StoredChunk] {
        let rows: [FileChunk]
        do {
            rows = try files.chunks(of: file.id)
        } catch {
            throw VaultError(.io, file: file.vaultFile, detail: "the list of chunks cannot be read", cause: error)
        }
        var result: [StoredChunk] = []
        for row in rows {
            guard let digest = ContentDigest(hex: row.digest) else {
                throw VaultError(.corrupted, file: file.vaultFile, chunk: row.index, detail: "the digest is none")
            }
            result.append(
                StoredChunk(index: row.index, plainSize: row.size, digest: digest, objectName: row.objectName))
        }
        return result
    }

    /// A whole file, ready to be read.
    func vaultFile(of file: DeliveryFile, keys: KeyRing) throws(VaultError) -> VaultFile {
        guard let manifest = file.sealedManifest else {
            throw VaultError(.missing, file: file.vaultFile, detail: "the file is not complete")
        }
        let key = try FileKey(
            unwrapping: FileKeyWrap.decode(file.sealedKeyWraps), with: keys, file: file.vaultFile)
        return try VaultFile(id: file.vaultFile, key: key, chunks: storedChunks(of: file), manifest: manifest)
    }
}

extension ContentDigest {
    /// Digests a body that must have exactly so many octets.
    @concurrent init<Body: AsyncSequence & Sendable>(
        ofChunk body: Body, size: Int
    ) async throws where Body.Element == ByteBuffer {
        var hasher = SHA256()
        var count = 0
        for try await piece in body {
            count += piece.readableBytes
            guard count <= size else { throw DeliveriesError(.sizeMismatch) }
            piece.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
        }
        guard count == size, let digest = ContentDigest(bytes: Array(hasher.finalize())) else {
            throw DeliveriesError(.sizeMismatch)
        }
        self = digest
    }
}
