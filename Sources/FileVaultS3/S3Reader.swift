import FileVault
import Foundation
import NIOCore
import Synchronization

/// Fetches sealed records and opens them: a step is one request, so that whoever reads slowly holds no connection.
struct SealedPieces: Sendable {
    /// A megabyte in a step.
    private static let recordsAtOnce = 16

    /// Octets of the file that were authenticated.
    struct Piece: Sendable {
        let bytes: ByteBuffer
        /// Where the next piece begins.
        let next: Int64
    }

    let client: S3Client
    let format: RecordFormat
    /// The chunks that the range touches, in their order.
    let chunks: [StoredChunk]
    let range: Range<Int64>

    /// The piece at a place of the range.
    func piece(from position: Int64) async throws(VaultError) -> Piece {
        let cut = PieceLayout(
            from: position, to: range.upperBound, of: format.layout, recordsAtOnce: Self.recordsAtOnce)
        let place = cut.chunk - Int(range.lowerBound / Int64(format.layout.chunkSize))
        guard chunks.indices.contains(place), chunks[place].index == cut.chunk else {
            throw VaultError(.corrupted, file: format.file, chunk: cut.chunk, detail: "the chunk is not listed")
        }
        let key = try format.file.objectPath(chunks[place].objectName)
        do throws(VaultError) {
            return try await fetch(cut, key: key)
        } catch  where error.code == .corrupted && error.record != nil {
            // What was hurt on its way is whole the second time; what was changed in the store is not.
            return try await fetch(cut, key: key)
        }
    }

    /// The same as a value.
    func outcome(from position: Int64) async -> Result<Piece, VaultError> {
        do throws(VaultError) {
            return .success(try await piece(from: position))
        } catch {
            return .failure(error)
        }
    }

    private func fetch(_ cut: PieceLayout, key: String) async throws(VaultError) -> Piece {
        let layout = format.layout
        let range = layout.sealedRange(of: cut)
        var sealed: ByteBuffer
        do throws(S3Failure) {
            sealed = try await client.get(key, range: range, of: layout.sealedSize(ofChunk: cut.chunk))
        } catch {
            throw error.vaultError(file: format.file, chunk: cut.chunk)
        }
        var bytes = ByteBufferAllocator().buffer(capacity: cut.wanted.count)
        for number in cut.records {
            let size = layout.sealedRange(ofRecords: number..<number + 1, inChunk: cut.chunk).count
            let record = sealed.readSlice(length: size).map { Data($0.readableBytesView) } ?? Data()
            let plain = try format.open(record, chunk: cut.chunk, record: number)
            let part = cut.part(ofRecord: number)
            plain.withUnsafeBytes { _ = bytes.writeBytes(UnsafeRawBufferPointer(rebasing: $0[part])) }
        }
        return Piece(bytes: bytes, next: cut.wanted.upperBound)
    }
}

/// Gives the pieces of a range, each fetched while the one before is written out.
final class S3Reader: VaultByteSource {
    private typealias Ahead = Task<Result<SealedPieces.Piece, VaultError>, Never>

    private let pieces: SealedPieces
    private let ahead: Mutex<Ahead?>

    /// Begins to read; the range is not empty and lies within the chunks.
    init(_ pieces: SealedPieces) {
        self.pieces = pieces
        ahead = Mutex(Self.fetch(pieces, from: pieces.range.lowerBound))
    }

    deinit { ahead.withLock { $0?.cancel() } }

    func next() async throws(VaultError) -> ByteBuffer? {
        guard let current = ahead.withLock({ $0 }) else { return nil }
        let outcome = await withTaskCancellationHandler {
            await current.value
        } onCancel: {
            current.cancel()
        }
        guard case .success(let piece) = outcome else {
            ahead.withLock { $0 = nil }
            _ = try outcome.get()
            return nil
        }
        let following = piece.next < pieces.range.upperBound ? Self.fetch(pieces, from: piece.next) : nil
        ahead.withLock { $0 = following }
        return piece.bytes
    }

    private static func fetch(_ pieces: SealedPieces, from position: Int64) -> Ahead {
        // The next call waits for it, or the end of the reader cancels it.
        Task { await pieces.outcome(from: position) }
    }
}
