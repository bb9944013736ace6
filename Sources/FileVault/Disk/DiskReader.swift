import FoundationEssentials
import Glibc
import NIOCore
import Secrets
import Synchronization

/// Reads plain octets from sealed chunks: some records at a time, and the next ones ahead of the caller.
final class DiskReader: VaultByteSource {
    /// Half a megabyte in a piece: with fewer, the way from thread to thread takes longer than the work.
    private static let recordsAtOnce = 8
    /// One piece that is written out, one that waits for it, one that is read.
    private static let piecesInMemory = 3

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
    private let memory = Mutex(Memory())

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
                result.set(.failure(VaultError(translating: error, file: format.file, chunk: chunk)))
            }
        }
        return result
    }

    private func read(from position: Int64, input known: Descriptor?) throws -> Piece {
        let cut = PieceLayout(from: position, to: end, of: format.layout, recordsAtOnce: Self.recordsAtOnce)
        let place = cut.chunk - firstIndex
        guard chunks.indices.contains(place), chunks[place].index == cut.chunk else {
            throw VaultError(.corrupted, file: format.file, chunk: cut.chunk, detail: "the chunk is not listed")
        }
        let input = try known ?? Descriptor(vault.objectPath(chunks[place].objectName, of: format.file), O_RDONLY)

        // Only one piece is read at a time, so that nobody waits for the lock.
        let bytes = try memory.withLock { memory in
            var bytes = memory.buffer(size: cut.wanted.count)
            for number in cut.records {
                let part = cut.part(ofRecord: number)
                try memory.withSealed { sealed in
                    let plain = try open(chunk: cut.chunk, record: number, from: input, through: sealed)
                    plain.withUnsafeBytes { _ = bytes.writeBytes(UnsafeRawBufferPointer(rebasing: $0[part])) }
                }
            }
            memory.keep(bytes)
            return bytes
        }
        let next = cut.wanted.upperBound
        return Piece(bytes: bytes, next: next, input: next < cut.chunkRange.upperBound ? input : nil)
    }

    /// Reads a record as it is stored, and opens it; a file that is too short is damaged.
    private func open(
        chunk: Int, record: Int, from input: Descriptor, through sealed: UnsafeMutableRawBufferPointer
    ) throws -> Data {
        let range = format.layout.sealedRange(ofRecords: record..<record + 1, inChunk: chunk)
        let part = UnsafeMutableRawBufferPointer(rebasing: sealed[..<range.count])
        guard try input.read(into: part, at: Int64(range.lowerBound)) == range.count, let base = part.baseAddress
        else {
            throw VaultError(
                .corrupted, file: format.file, chunk: chunk, record: record, detail: "the object is too short")
        }
        // The octets are lent, not copied: nothing keeps them beyond this call.
        return try format.open(
            Data(bytesNoCopy: base, count: range.count, deallocator: .none), chunk: chunk, record: record)
    }

    /// Memory that goes round: fresh pages for each piece would cost as much as the decryption.
    private struct Memory {
        /// One record as it is stored.
        private var sealed = ByteBuffer()
        /// Pieces that were given out, the oldest first.
        private var given: [ByteBuffer] = []

        /// An empty buffer, in the place of the oldest piece if that was written out meanwhile.
        mutating func buffer(size: Int) -> ByteBuffer {
            guard given.count == DiskReader.piecesInMemory else { return ByteBufferAllocator().buffer(capacity: size) }
            var oldest = given.removeFirst()
            // It takes other memory if somebody still reads in this one.
            oldest.clear(minimumCapacity: size)
            return oldest
        }

        mutating func keep(_ piece: ByteBuffer) { given.append(piece) }

        mutating func withSealed(_ body: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
            let size = FileLayout.recordSize + FileLayout.recordOverhead
            sealed.clear(minimumCapacity: size)
            try sealed.withUnsafeMutableWritableBytes { try body(UnsafeMutableRawBufferPointer(rebasing: $0[..<size])) }
        }
    }
}
