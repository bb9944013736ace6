internal import Glibc
public import NIOCore
internal import Secrets
internal import Synchronization

extension DiskVault {
    public func writeChunk<Body: AsyncSequence & Sendable>(
        _ index: Int, of file: VaultFileID, key: FileKey, layout: FileLayout, expectedDigest: ContentDigest?,
        body: Body
    ) async throws(VaultError) -> StoredChunk where Body.Element == ByteBuffer {
        guard 0..<layout.chunkCount ~= index else {
            throw VaultError(.sizeMismatch, file: file, chunk: index, detail: "the file has no such chunk")
        }
        try pool.admitOperation(on: file, chunk: index)
        defer { pool.leave() }

        let draft = path + "/incoming/" + Hex.encode(random.bytes(16))
        let name = VaultObject.drawName(chunk: index, random: random)
        let output = try await perform(file: file, chunk: index, nextStep: true) {
            try Descriptor(draft, O_WRONLY | O_CREAT | O_EXCL)
        }
        let intake = ChunkIntake(
            sealer: ChunkSealer(
                format: RecordFormat(file: file, key: key, layout: layout), chunk: index, output: DiskOutput(output),
                random: random), pool: pool)
        do throws(VaultError) {
            let digest = try await intake.take(body, expectedDigest: expectedDigest)
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

    /// Gives a complete object its name and makes both durable. Blocks.
    func publish(
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
    func discard(_ draft: String) async {
        let done = PendingResult<Void>()
        // Not through the cancellable call: the leftover must go although the task is cancelled.
        pool.submit { _ in
            _ = unlink(draft)
            done.set(.success(()))
        }
        try? await done.value()
    }
}
