internal import NIOCore
internal import Secrets
internal import Synchronization

extension DiskVault {
    public func read(_ file: VaultFile, range: Range<Int64>) async throws(VaultError) -> VaultBytes {
        let range = range.clamped(to: 0..<file.size)
        let size = Int64(file.layout.chunkSize)
        let chunks = range.isEmpty ? 0..<1 : Int(range.lowerBound / size)..<Int((range.upperBound - 1) / size) + 1
        return try await begin(
            chunks: Array(file.chunks[chunks]), format: RecordFormat(file: file.id, key: file.key, layout: file.layout),
            range: range)
    }

    public func readChunk(
        _ chunk: StoredChunk, of file: VaultFileID, key: FileKey, layout: FileLayout, range: Range<Int>
    ) async throws(VaultError) -> VaultBytes {
        guard 0..<layout.chunkCount ~= chunk.index else {
            throw VaultError(.corrupted, file: file, chunk: chunk.index, detail: "the file has no such chunk")
        }
        let range = range.clamped(to: 0..<layout.plainSize(ofChunk: chunk.index))
        let offset = layout.offset(ofChunk: chunk.index)
        return try await begin(
            chunks: [chunk], format: RecordFormat(file: file, key: key, layout: layout),
            range: offset + Int64(range.lowerBound)..<offset + Int64(range.upperBound))
    }

    /// Authenticates the first piece, and then gives it with the rest.
    private func begin(
        chunks: [StoredChunk], format: RecordFormat, range: Range<Int64>
    ) async throws(VaultError) -> VaultBytes {
        if range.isEmpty {
            // Nothing to give, but an object that is gone or changed should show all the same.
            if let chunk = chunks.first, format.layout.size == 0 { try await checkEmpty(chunk, format: format) }
            return VaultBytes(count: 0, source: Begun(first: nil, rest: nil))
        }
        do throws(BoundedThreadPool.Refusal) {
            try pool.admit()
        } catch {
            throw Self.vaultError(error, file: format.file)
        }
        defer { pool.leave() }
        let reader = DiskReader(vault: self, format: format, chunks: chunks, range: range)
        let first = try await reader.next()
        return VaultBytes(count: Int64(range.count), source: Begun(first: first, rest: reader))
    }
}

/// A piece that was read already, and what follows it.
private final class Begun: VaultByteSource {
    private let first: Mutex<ByteBuffer?>
    private let rest: DiskReader?

    init(first: ByteBuffer?, rest: DiskReader?) {
        self.first = Mutex(first)
        self.rest = rest
    }

    func next() async throws(VaultError) -> ByteBuffer? {
        let taken = first.withLock { first in
            defer { first = nil }
            return first
        }
        if let taken { return taken }
        return try await rest?.next()
    }
}
