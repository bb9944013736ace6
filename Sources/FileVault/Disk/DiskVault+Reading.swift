internal import Secrets

extension DiskVault {
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
        if range.isEmpty {
            // Nothing to give, but an object that is gone or changed should show all the same.
            if let chunk = chunks.first, format.layout.size == 0 { try await checkEmpty(chunk, format: format) }
            return VaultBytes(count: 0, source: BegunBytes(first: nil, rest: nil))
        }
        try pool.admitOperation(on: format.file)
        defer { pool.leave() }
        let reader = DiskReader(vault: self, format: format, chunks: chunks, range: range)
        let first = try await reader.next()
        return VaultBytes(count: Int64(range.count), source: BegunBytes(first: first, rest: reader))
    }
}
