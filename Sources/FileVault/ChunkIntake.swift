package import NIOCore
package import Secrets

/// Reads the body of a chunk and has it sealed on a vault's threads; while one batch is sealed, the next one comes in.
package struct ChunkIntake: Sendable {
    /// Octets that are handed to a thread at once.
    private static let batchSize = 1 << 20

    private let sealer: ChunkSealer
    private let pool: BoundedThreadPool

    /// The caller has taken a place in the pool.
    package init(sealer: ChunkSealer, pool: BoundedThreadPool) {
        self.sealer = sealer
        self.pool = pool
    }

    /// Takes the whole body, and compares its size and its digest.
    package func take<Body: AsyncSequence & Sendable>(
        _ body: Body, expectedDigest: ContentDigest?
    ) async throws(VaultError) -> ContentDigest where Body.Element == ByteBuffer {
        try await pour(body)
        do {
            return try await pool.runNextStep { [sealer] in try sealer.finish(expectedDigest: expectedDigest) }
        } catch {
            throw VaultError(translating: error, file: sealer.format.file, chunk: sealer.chunk)
        }
    }

    private func pour<Body: AsyncSequence & Sendable>(
        _ body: Body
    ) async throws(VaultError) where Body.Element == ByteBuffer {
        var pending: PendingResult<Void>?
        var batch = Batch()
        var failure: VaultError?
        do {
            for try await buffer in body {
                batch.append(buffer)
                guard batch.count >= Self.batchSize else { continue }
                let full = batch.take()
                if let earlier = pending {
                    pending = nil
                    try await earlier.value()
                }
                pending = submit(full)
            }
            // Some streams end when their task is cancelled instead of throwing.
            try Task.checkCancellation()
        } catch let error as VaultError {
            failure = error
        } catch {
            failure = VaultError(
                .interrupted, file: sealer.format.file, chunk: sealer.chunk, detail: "the sender's stream broke off",
                cause: error)
        }
        // Also after a failure: what was sealed may be removed only when nobody adds to it any more.
        if let pending { try await pending.value() }
        if let failure { throw failure }
        if batch.count > 0 { try await submit(batch.take()).value() }
    }

    private func submit(_ buffers: [ByteBuffer]) -> PendingResult<Void> {
        let result = PendingResult<Void>()
        pool.submit { [sealer] isActive in
            do {
                guard isActive else { throw BoundedThreadPool.Refusal.closed }
                result.set(.success(try sealer.take(buffers)))
            } catch {
                result.set(.failure(VaultError(translating: error, file: sealer.format.file, chunk: sealer.chunk)))
            }
        }
        return result
    }
}

/// Buffers on their way to a thread. Small ones are joined, so that a drip-feeding sender does not pile them up.
private struct Batch {
    private static let smallest = 16_384

    private(set) var count = 0
    private var buffers: [ByteBuffer] = []
    private var lastIsOwn = false

    mutating func append(_ buffer: ByteBuffer) {
        let size = buffer.readableBytes
        guard size > 0 else { return }
        count += size
        guard size < Self.smallest else {
            buffers.append(buffer)
            lastIsOwn = false
            return
        }
        if lastIsOwn {
            buffers[buffers.count - 1].writeImmutableBuffer(buffer)
        } else {
            var own = ByteBuffer()
            own.reserveCapacity(FileLayout.recordSize)
            own.writeImmutableBuffer(buffer)
            buffers.append(own)
            lastIsOwn = true
        }
    }

    mutating func take() -> [ByteBuffer] {
        defer { self = Batch() }
        return buffers
    }
}
