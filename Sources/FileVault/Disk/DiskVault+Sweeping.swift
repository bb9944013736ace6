public import Foundation
internal import Glibc
internal import Secrets
internal import Synchronization

extension DiskVault {
    public func removeObject(_ name: String, of file: VaultFileID) async throws(VaultError) {
        let path = try objectPath(name, of: file)
        try await perform(file: file) { try Folder.removeFile(path) }
    }

    public func remove(_ file: VaultFileID) async throws(VaultError) {
        let folder = folder(of: file)
        durableFolders.withLock { _ = $0.remove(folder) }
        try await perform(file: file) {
            // A chunk that arrives meanwhile makes the folder not empty again.
            for _ in 0..<3 {
                for name in try Folder.names(in: folder) { try Folder.removeFile(folder + "/" + name) }
                if try Folder.removeFolder(folder) { return }
            }
            throw SystemError(call: "rmdir", number: ENOTEMPTY)
        }
    }

    public func files(olderThan cutoff: Date) async throws(VaultError) -> [VaultFileID] {
        let root = path + "/files"
        let limit = Self.milliseconds(cutoff)
        var found: [VaultFileID] = []
        for fan in try await perform({ try Folder.names(in: root) }) {
            found += try await perform {
                try Folder.names(in: root + "/" + fan).compactMap { name in
                    guard let file = VaultFileID(hex: name),
                        let status = try Folder.status(of: root + "/" + fan + "/" + name), status.modified < limit
                    else { return nil }
                    return file
                }
            }
        }
        return found
    }

    public func objects(of file: VaultFileID, olderThan cutoff: Date) async throws(VaultError) -> [VaultObject] {
        let folder = folder(of: file)
        let limit = Self.milliseconds(cutoff)
        return try await perform(file: file) {
            try Folder.names(in: folder).compactMap { name in
                guard let status = try Folder.status(of: folder + "/" + name), status.modified < limit else {
                    return nil
                }
                return VaultObject(
                    name: name, size: status.size,
                    modifiedAt: Date(timeIntervalSince1970: Double(status.modified) / 1_000))
            }
        }
    }

    public func space() async throws(VaultError) -> VaultSpace? {
        try await perform { [path] in
            var status = statvfs()
            guard statvfs(path, &status) == 0 else { throw SystemError(call: "statvfs") }
            let unit = Int64(status.f_frsize)
            return VaultSpace(available: Int64(status.f_bavail) * unit, total: Int64(status.f_blocks) * unit)
        }
    }

    public func checkWritable() async throws(VaultError) {
        let probe = path + "/incoming/" + Hex.encode(random.bytes(16))
        try await perform {
            defer { unlink(probe) }
            let output = try Descriptor(probe, O_WRONLY | O_CREAT | O_EXCL)
            try [UInt8](repeating: 0, count: 4_096).withUnsafeBytes { try output.write($0) }
            try output.synchronize()
        }
    }

    /// Authenticates the only record of an empty file.
    func checkEmpty(_ chunk: StoredChunk, format: RecordFormat) async throws(VaultError) {
        let path = try objectPath(chunk.objectName, of: format.file)
        try await perform(file: format.file, chunk: chunk.index) {
            let input = try Descriptor(path, O_RDONLY)
            var sealed = Data(count: FileLayout.recordOverhead)
            let count = try sealed.withUnsafeMutableBytes { try input.read(into: $0, at: 0) }
            _ = try format.open(sealed.prefix(count), chunk: 0, record: 0)
        }
    }

    private static func milliseconds(_ date: Date) -> Int64 {
        let value = (date.timeIntervalSince1970 * 1_000).rounded()
        return Int64(max(-9e15, min(9e15, value)))
    }
}
