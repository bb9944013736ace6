public import FileVault
public import NIOCore
internal import Secrets

extension S3Vault {
    public func writeChunk<Body: AsyncSequence & Sendable>(
        _ index: Int, of file: VaultFileID, key: FileKey, layout: FileLayout, expectedDigest: ContentDigest?,
        body: Body
    ) async throws(VaultError) -> StoredChunk where Body.Element == ByteBuffer {
        guard 0..<layout.chunkCount ~= index else {
            throw VaultError(.sizeMismatch, file: file, chunk: index, detail: "the file has no such chunk")
        }
        try pool.admitOperation(on: file, chunk: index)
        defer { pool.leave() }
        let sealed = SealedChunk(room: room)
        let intake = ChunkIntake(
            sealer: ChunkSealer(
                format: RecordFormat(file: file, key: key, layout: layout), chunk: index, output: sealed,
                random: random), pool: pool)
        let digest = try await intake.take(body, expectedDigest: expectedDigest)
        let name = VaultObject.drawName(chunk: index, random: random)
        let path = try file.objectPath(name)
        do throws(S3Failure) {
            // Nobody refers to the name yet: what a broken connection leaves behind is an orphan.
            try await client.put(sealed.content, at: path)
        } catch {
            throw error.vaultError(file: file, chunk: index)
        }
        return StoredChunk(
            index: index, plainSize: layout.plainSize(ofChunk: index), digest: digest, objectName: name)
    }

    public func read(_ file: VaultFile, range: Range<Int64>) async throws(VaultError) -> VaultBytes {
        let range = range.clamped(to: 0..<file.size)
        return try await begin(
            chunks: file.chunks(in: range), format: RecordFormat(file: file.id, key: file.key, layout: file.layout),
            range: range)
    }

    public func readChunk(
        _ chunk: StoredChunk, of file: VaultFileID, key: FileKey, layout: FileLayout, range: Range<Int>
    ) async throws(VaultError) -> VaultBytes {
        guard 0..<layout.chunkCount ~= chunk.index else {
            throw VaultError(.corrupted, file: file, chunk: chunk.index, detail: "the file has no such chunk")
        }
        return try await begin(
            chunks: [chunk], format: RecordFormat(file: file, key: key, layout: layout),
            range: layout.range(range, inChunk: chunk.index))
    }

    /// Authenticates the first piece, and then gives it with the rest.
    private func begin(
        chunks: [StoredChunk], format: RecordFormat, range: Range<Int64>
    ) async throws(VaultError) -> VaultBytes {
        let pieces = SealedPieces(client: client, format: format, chunks: chunks, range: range)
        if range.isEmpty {
            // Nothing to give, but an object that is gone or changed should show all the same.
            if format.layout.size == 0 { _ = try await pieces.piece(from: 0) }
            return VaultBytes(count: 0, source: BegunBytes(first: nil, rest: nil))
        }
        let reader = S3Reader(pieces)
        let first = try await reader.next()
        return VaultBytes(count: Int64(range.count), source: BegunBytes(first: first, rest: reader))
    }
}
