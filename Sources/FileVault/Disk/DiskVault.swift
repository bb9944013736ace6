public import Logging
public import Secrets
internal import Synchronization

/// A vault in a folder of the local disk.
///
/// ```
/// incoming/<random>                     objects while they are written; removed at the next start
/// files/<2 digits>/<file>/<chunk>.<random>   sealed chunks
/// ```
///
/// Everything is done on threads of its own. Folders have mode 0700, files 0600. One process may write.
public final class DiskVault: FileVault {
    /// How a vault works.
    public struct Settings: Sendable, Hashable {
        /// Threads that seal, open, read and write.
        public var threads: Int
        /// Threads that wait for the disk, so that downloads go on meanwhile.
        public var synchronizingThreads: Int
        /// How many operations may be under way before ``VaultError/Code/busy`` is thrown.
        public var operationLimit: Int

        /// Chooses how a vault works.
        ///
        /// - Parameters:
        ///   - threads: threads that seal, open, read and write.
        ///   - synchronizingThreads: threads that wait for the disk.
        ///   - operationLimit: how many operations may be under way before ``VaultError/Code/busy`` is thrown; a
        ///     chunk that is being written is one, a piece that is being read is another.
        public init(threads: Int = 6, synchronizingThreads: Int = 6, operationLimit: Int = 1_024) {
            self.threads = threads
            self.synchronizingThreads = synchronizingThreads
            self.operationLimit = operationLimit
        }
    }

    /// The vault's folder.
    public let path: String
    let random: any RandomSource
    let pool: BoundedThreadPool
    private let synchronizingPool: BoundedThreadPool
    private let logger: Logger
    /// Folders whose entry in the folder above is known to be durable.
    let durableFolders = Mutex(Set<String>())

    /// Opens a vault, and makes its folders if they are not there.
    ///
    /// - Parameters:
    ///   - path: the vault's folder; the one above it exists.
    ///   - settings: how it works.
    ///   - random: where nonces and names come from.
    ///   - logger: is told what was cleaned.
    /// - Throws: ``VaultError``.
    public init(
        path: String, settings: Settings = Settings(), random: any RandomSource = SystemRandomSource(),
        logger: Logger
    ) async throws(VaultError) {
        self.path = path
        self.random = random
        self.logger = logger
        pool = BoundedThreadPool(threads: settings.threads, limit: settings.operationLimit)
        synchronizingPool = BoundedThreadPool(threads: settings.synchronizingThreads, limit: settings.operationLimit)
        try await perform { [path] in
            for folder in [path, path + "/incoming", path + "/files"] {
                _ = try Folder.make(folder)
            }
            try Folder.synchronize(path)
        }
    }

    @discardableResult
    public func removeLeftovers() async throws(VaultError) -> Int {
        let incoming = path + "/incoming"
        let count = try await perform {
            let names = try Folder.names(in: incoming)
            for name in names { try Folder.removeFile(incoming + "/" + name) }
            return names.count
        }
        if count > 0 { logger.info("Removed chunks that were not completed", metadata: ["count": "\(count)"]) }
        return count
    }

    public func shutdown() async {
        await pool.shutdown()
        await synchronizingPool.shutdown()
    }

    // MARK: Paths

    func folder(of file: VaultFileID) -> String { path + "/" + file.folder }

    func fan(of file: VaultFileID) -> String { path + "/" + file.fan }

    /// The path of an object, or an error for a name that no object has.
    func objectPath(_ name: String, of file: VaultFileID) throws(VaultError) -> String {
        try path + "/" + file.objectPath(name)
    }

    // MARK: Threads

    /// Runs work that waits for the disk.
    func synchronize<Value: Sendable>(
        file: VaultFileID, chunk: Int, _ work: @escaping @Sendable () throws -> Value
    ) async throws(VaultError) -> Value {
        do {
            return try await synchronizingPool.runNextStep(work)
        } catch {
            throw VaultError(translating: error, file: file, chunk: chunk)
        }
    }

    /// Runs work on a thread of the vault.
    func perform<Value: Sendable>(
        file: VaultFileID? = nil, chunk: Int? = nil, nextStep: Bool = false,
        _ work: @escaping @Sendable () throws -> Value
    ) async throws(VaultError) -> Value {
        do {
            return try await nextStep ? pool.runNextStep(work) : pool.run(work)
        } catch {
            throw VaultError(translating: error, file: file, chunk: chunk)
        }
    }
}
