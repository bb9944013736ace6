internal import Glibc
public import NIOCore
internal import Secrets
internal import Synchronization

extension DiskVault {
    /// Octets that are handed to a thread at once.
    private static let batchSize = 1 << 20

    public func writeChunk<Body: AsyncSequence & Sendable>(
        _ index: Int, of file: VaultFileID, key: FileKey, layout: FileLayout, expectedDigest: ContentDigest?,
        body: Body
    ) async throws(VaultError) -> StoredChunk where Body.Element == ByteBuffer {
        guard 0..<layout.chunkCount ~= index else {
            throw VaultError(.sizeMismatch, file: file, chunk: index, detail: "the file has no such chunk")
        }
        do throws(BoundedThreadPool.Refusal) {
            try pool.admit()
        } catch {
            throw Self.vaultError(error, file: file, chunk: index)
        }
        defer { pool.leave() }

        let draft = path + "/incoming/" + Hex.encode(random.bytes(16))
        let name = "\(index)." + Hex.encode(random.bytes(8))
        let output = try await perform(file: file, chunk: index, nextStep: true) {
            try Descriptor(draft, O_WRONLY | O_CREAT | O_EXCL)
        }
        let writer = ChunkWriter(
            format: RecordFormat(file: file, key: key, layout: layout), chunk: index, output: output, random: random)
        do throws(VaultError) {
            try await pour(body, into: writer, file: file, chunk: index)
            let digest = try await perform(file: file, chunk: index, nextStep: true) {
                try writer.finish(expectedDigest: expectedDigest)
            }
            try await synchronize(file: file, chunk: index) { [self] in
                try publish(draft, output: output, as: name, of: file)
            }
            return StoredChunk(
                index: index, plainSize: layout.plainSize(ofChunk: index), digest: digest, objectName: name)
        } catch {
            await discard(draft)
            throw error
        }
    }

    /// Reads the body; while one batch is sealed and written, the next one comes in.
    private func pour<Body: AsyncSequence & Sendable>(
        _ body: Body, into writer: ChunkWriter, file: VaultFileID, chunk: Int
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
                pending = submit(full, to: writer, file: file, chunk: chunk)
            }
            // Some streams end when their task is cancelled instead of throwing.
            try Task.checkCancellation()
        } catch let error as VaultError {
            failure = error
        } catch {
            failure = VaultError(
                .interrupted, file: file, chunk: chunk, detail: "the sender's stream broke off", cause: error)
        }
        // Also after a failure: the file may be removed only when nobody writes to it any more.
        if let pending { try await pending.value() }
        if let failure { throw failure }
        if batch.count > 0 { try await submit(batch.take(), to: writer, file: file, chunk: chunk).value() }
    }

    private func submit(
        _ buffers: [ByteBuffer], to writer: ChunkWriter, file: VaultFileID, chunk: Int
    ) -> PendingResult<Void> {
        let result = PendingResult<Void>()
        pool.submit { isActive in
            do {
                guard isActive else { throw BoundedThreadPool.Refusal.closed }
                result.set(.success(try writer.take(buffers)))
            } catch {
                result.set(.failure(Self.vaultError(error, file: file, chunk: chunk)))
            }
        }
        return result
    }

    /// Gives a complete object its name and makes both durable. Blocks.
    private func publish(
        _ draft: String, output: Descriptor, as name: String, of file: VaultFileID
    ) throws(SystemError) {
        let folder = folder(of: file)
        let isNew = try makeDurableFolder(folder, fan: fan(of: file))
        if rename(draft, folder + "/" + name) != 0 {
            guard errno == ENOENT, !isNew else { throw SystemError(call: "rename") }
            // The folder was removed since it was last seen.
            durableFolders.withLock { _ = $0.remove(folder) }
            _ = try makeDurableFolder(folder, fan: fan(of: file))
            if rename(draft, folder + "/" + name) != 0 { throw SystemError(call: "rename") }
        }
        // Nobody refers to the name before this returns, so content and name may become durable in one go.
        do throws(SystemError) {
            try output.synchronize()
            try Folder.synchronize(folder)
        } catch {
            _ = unlink(folder + "/" + name)
            throw error
        }
    }

    /// Makes the folder of a file. Two chunks may come at once, so it is not enough that the folder is there: its
    /// entry must have been synchronised by this process. True if that was done now.
    private func makeDurableFolder(_ folder: String, fan: String) throws(SystemError) -> Bool {
        if durableFolders.withLock({ $0.contains(folder) }) { return false }
        if !durableFolders.withLock({ $0.contains(fan) }) {
            _ = try Folder.make(fan)
            try Folder.synchronize(path + "/files")
        }
        _ = try Folder.make(folder)
        try Folder.synchronize(fan)
        durableFolders.withLock { known in
            if known.count >= 4_096 { known.removeAll() }
            known.formUnion([fan, folder])
        }
        return true
    }

    /// Removes an object that was not completed; what fails here, ``removeLeftovers()`` does at the next start.
    private func discard(_ draft: String) async {
        let done = PendingResult<Void>()
        // Not through the cancellable call: the leftover must go although the task is cancelled.
        pool.submit { _ in
            _ = unlink(draft)
            done.set(.success(()))
        }
        try? await done.value()
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
