internal import Glibc
public import NIOCore
internal import Secrets

/// Copying objects as they are.
extension DiskVault: SealedObjects {
    public func sealedObjects(fan: UInt8) async throws(VaultError) -> [SealedObject] {
        let root = path + "/files/" + Hex.encode([fan])
        return try await perform {
            try Folder.names(in: root).flatMap { folder -> [SealedObject] in
                guard let file = VaultFileID(hex: folder) else { return [] }
                return try Folder.names(in: root + "/" + folder).compactMap { name in
                    guard (try? file.objectPath(name)) != nil,
                        let status = try Folder.status(of: root + "/" + folder + "/" + name)
                    else { return nil }
                    return SealedObject(file: file, name: name, size: status.size)
                }
            }
        }
    }

    public func sealedOctets(of object: SealedObject) async throws(VaultError) -> ByteBuffer {
        let path = try objectPath(object.name, of: object.file)
        let octets = try await perform(file: object.file) {
            let input = try Descriptor(path, O_RDONLY)
            // One more than expected, so that a longer object shows.
            let most = Int(object.size) + 1
            var octets = ByteBufferAllocator().buffer(capacity: most)
            let count = try octets.withUnsafeMutableWritableBytes {
                try input.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<most]), at: 0)
            }
            octets.moveWriterIndex(forwardBy: count)
            return octets
        }
        guard octets.readableBytes == object.size else {
            throw VaultError(
                .corrupted, file: object.file, detail: "\(object.name) has another size than \(object.size)")
        }
        return octets
    }

    public func storeSealed(_ octets: ByteBuffer, as object: SealedObject) async throws(VaultError) {
        // Checked here: the name of what is copied comes from elsewhere.
        _ = try objectPath(object.name, of: object.file)
        let draft = path + "/incoming/" + Hex.encode(random.bytes(16))
        do throws(VaultError) {
            try await perform(file: object.file) { [self] in
                let output = try Descriptor(draft, O_WRONLY | O_CREAT | O_EXCL)
                try octets.withUnsafeReadableBytes { try output.write($0) }
                try publish(draft, output: output, as: object.name, of: object.file)
            }
        } catch {
            await discard(draft)
            throw error
        }
    }
}
