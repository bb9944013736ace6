import FoundationEssentials
import Glibc
import NIOCore
import Secrets
import Synchronization

/// Reads plain octets from sealed chunks: four records at a time, and the next four ahead of the caller.
final class DiskReader: VaultByteSource {
    private static let recordsAtOnce = 4

    private struct Piece: Sendable {
        let bytes: ByteBuffer
        /// Where the next piece begins.
        let next: Int64
        /// The chunk's file, if the next piece lies in it too.
        let input: Descriptor?
    }

    private let vault: DiskVault
    private let format: RecordFormat
    /// The chunks that the range touches, in their order.
    private let chunks: [StoredChunk]
    private let firstIndex: Int
    private let end: Int64
    private let pending: Mutex<PendingResult<Piece>?>

    /// Begins to read; the range is not empty and lies within the given chunks.
    init(vault: DiskVault, format: RecordFormat, chunks: [StoredChunk], range: Range<Int64>) {
        self.vault = vault
        self.format = format
        self.chunks = chunks
        firstIndex = Int(range.lowerBound / Int64(format.layout.chunkSize))
        end = range.upperBound
        pending = Mutex(nil)
        let first = submit(from: range.lowerBound, input: nil)
        pending.withLock { $0 = first }
    }

    func next() async throws(VaultError) -> ByteBuffer? {
        guard let current = pending.withLock({ $0 }) else { return nil }
        let piece: Piece
        do {
            piece = try await current.value()
        } catch {
            pending.withLock { $0 = nil }
            throw error
        }
        let following = piece.next < end ? submit(from: piece.next, input: piece.input) : nil
        pending.withLock { $0 = following }
        return piece.bytes
    }

    private func submit(from position: Int64, input: Descriptor?) -> PendingResult<Piece> {
        let result = PendingResult<Piece>()
        vault.pool.submit { [self] isActive in
            do {
                guard isActive else { throw BoundedThreadPool.Refusal.closed }
                result.set(.success(try read(from: position, input: input)))
            } catch {
                let chunk = Int(position / Int64(format.layout.chunkSize))
                result.set(.failure(DiskVault.vaultError(error, file: format.file, chunk: chunk)))
            }
        }
        return result
    }

    private func read(from position: Int64, input known: Descriptor?) throws -> Piece {
        let layout = format.layout
        let index = Int(position / Int64(layout.chunkSize))
        let place = index - firstIndex
        guard chunks.indices.contains(place), chunks[place].index == index else {
            throw VaultError(.corrupted, file: format.file, chunk: index, detail: "the chunk is not listed")
        }
        let stored = chunks[place]
        let input = try known ?? Descriptor(vault.objectPath(stored.objectName, of: format.file), O_RDONLY)
        let start = layout.offset(ofChunk: index)
        let chunkEnd = start + Int64(layout.plainSize(ofChunk: index))
        let record = Int(position - start) / FileLayout.recordSize
        let pieceEnd = min(
            end, chunkEnd, start + Int64((record + Self.recordsAtOnce) * FileLayout.recordSize))
        let recordEnd = (Int(pieceEnd - start) + FileLayout.recordSize - 1) / FileLayout.recordSize

        let sealed = try readSealed(chunk: index, records: record..<recordEnd, from: input)
        var bytes = ByteBuffer()
        bytes.reserveCapacity(Int(pieceEnd - position))
        for (number, part) in zip(record..<recordEnd, sealed) {
            let plain = try format.open(part, chunk: index, record: number)
            let recordStart = start + Int64(number * FileLayout.recordSize)
            let lower = Int(max(0, position - recordStart))
            let upper = Int(min(Int64(plain.count), pieceEnd - recordStart))
            plain.withUnsafeBytes { _ = bytes.writeBytes(UnsafeRawBufferPointer(rebasing: $0[lower..<upper])) }
        }
        return Piece(bytes: bytes, next: pieceEnd, input: pieceEnd < chunkEnd ? input : nil)
    }

    /// Reads some records as they are stored; a file that is too short is damaged.
    private func readSealed(chunk: Int, records: Range<Int>, from input: Descriptor) throws -> [Data] {
        let stride = FileLayout.recordSize + FileLayout.recordOverhead
        let offset = records.lowerBound * stride
        let total = min(records.upperBound * stride, format.layout.sealedSize(ofChunk: chunk)) - offset
        var parts: [Data] = []
        parts.reserveCapacity(records.count)
        try withUnsafeTemporaryAllocation(byteCount: total, alignment: 16) { buffer in
            let count = try input.read(into: buffer, at: Int64(offset))
            for (number, begin) in zip(records, Swift.stride(from: 0, to: total, by: stride)) {
                let part = begin..<min(begin + stride, total)
                guard part.upperBound <= count, let base = buffer.baseAddress else {
                    throw VaultError(
                        .corrupted, file: format.file, chunk: chunk, record: number, detail: "the object is too short")
                }
                parts.append(Data(bytes: base + part.lowerBound, count: part.count))
            }
        }
        return parts
    }
}
