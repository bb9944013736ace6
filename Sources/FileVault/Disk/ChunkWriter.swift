import Crypto
import FoundationEssentials
import Glibc
import NIOCore
import Secrets
import Synchronization

/// Seals one chunk into a file. Its calls block; they come one after the other, on the vault's threads.
final class ChunkWriter: Sendable {
    private struct State {
        var hasher = SHA256()
        /// The beginning of a record that is not full yet.
        var staged: [UInt8] = []
        var record = 0
        /// Plain octets taken.
        var taken = 0
        /// Sealed octets written, and how many of them the kernel was asked to write out.
        var written = 0
        var writtenOut = 0
    }

    private let format: RecordFormat
    private let chunk: Int
    private let size: Int
    private let output: Descriptor
    private let random: any RandomSource
    private let state = Mutex(State())

    init(format: RecordFormat, chunk: Int, output: Descriptor, random: any RandomSource) {
        self.format = format
        self.chunk = chunk
        size = format.layout.plainSize(ofChunk: chunk)
        self.output = output
        self.random = random
        state.withLock { $0.staged.reserveCapacity(min(size, FileLayout.recordSize)) }
    }

    /// Takes the next octets: hashes, seals and writes every record that they fill.
    func take(_ buffers: [ByteBuffer]) throws {
        try state.withLock { state in
            for buffer in buffers {
                try buffer.withUnsafeReadableBytes { bytes in
                    state.taken += bytes.count
                    guard state.taken <= size else {
                        throw VaultError(
                            .sizeMismatch, file: format.file, chunk: chunk, detail: "more than \(size) octets came")
                    }
                    state.hasher.update(bufferPointer: bytes)
                    try seal(bytes, &state)
                }
            }
            output.beginWriteOut(from: state.writtenOut, count: state.written - state.writtenOut)
            state.writtenOut = state.written
        }
    }

    /// Writes the last record, and compares size and digest.
    func finish(expectedDigest: ContentDigest?) throws -> ContentDigest {
        try state.withLock { state in
            guard state.taken == size else {
                throw VaultError(
                    .sizeMismatch, file: format.file, chunk: chunk,
                    detail: "\(state.taken) octets came instead of \(size)")
            }
            let digest = ContentDigest(state.hasher.finalize())
            if let expectedDigest, digest != expectedDigest {
                throw VaultError(.checksumMismatch, file: format.file, chunk: chunk, detail: "the digest is \(digest)")
            }
            if !state.staged.isEmpty || size == 0 {
                try write(state.staged, &state)
                state.staged = []
            }
            return digest
        }
    }

    private func seal(_ bytes: UnsafeRawBufferPointer, _ state: inout State) throws {
        var rest = bytes
        if !state.staged.isEmpty {
            let missing = min(FileLayout.recordSize - state.staged.count, rest.count)
            state.staged.append(
                contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<missing]).assumingMemoryBound(to: UInt8.self))
            rest = UnsafeRawBufferPointer(rebasing: rest[missing...])
            guard state.staged.count == FileLayout.recordSize else { return }
            try write(state.staged, &state)
            state.staged.removeAll(keepingCapacity: true)
        }
        while rest.count >= FileLayout.recordSize {
            try write(UnsafeRawBufferPointer(rebasing: rest[..<FileLayout.recordSize]), &state)
            rest = UnsafeRawBufferPointer(rebasing: rest[FileLayout.recordSize...])
        }
        state.staged.append(contentsOf: rest.assumingMemoryBound(to: UInt8.self))
    }

    private func write(_ record: some DataProtocol, _ state: inout State) throws {
        let sealed = try format.seal(record, chunk: chunk, record: state.record, nonce: random.bytes(12))
        try sealed.withUnsafeBytes { try output.write($0) }
        state.record += 1
        state.written += sealed.count
    }
}
