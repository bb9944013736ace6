internal import Crypto
package import FoundationEssentials
internal import NIOCore
package import Secrets
internal import Synchronization

/// Takes the sealed records of one chunk in their order.
package protocol SealedOutput: Sendable {
    /// Takes the next record.
    func write(_ record: Data) throws

    /// A pause in which records may be handed on.
    func endBatch()
}

/// Seals one chunk. Its calls block; they come one after the other, on the vault's threads.
package final class ChunkSealer: Sendable {
    private struct State {
        var hasher = SHA256()
        /// The beginning of a record that is not full yet.
        var staged: [UInt8] = []
        var record = 0
        /// Plain octets taken.
        var taken = 0
    }

    let format: RecordFormat
    let chunk: Int
    private let size: Int
    private let output: any SealedOutput
    private let random: any RandomSource
    private let state = Mutex(State())

    package init(format: RecordFormat, chunk: Int, output: any SealedOutput, random: any RandomSource) {
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
            output.endBatch()
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
        try output.write(sealed)
        state.record += 1
    }
}
