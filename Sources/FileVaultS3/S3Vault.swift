public import FileVault
public import Foundation
public import Logging
internal import NIOCore
public import Secrets
internal import Synchronization

/// A vault in a bucket of an object store that speaks the protocol of Amazon S3.
///
/// ```
/// incoming/<random>                     what is written to see that something can be written
/// files/<2 digits>/<file>/<chunk>.<random>   sealed chunks
/// owner/<fingerprint>                   whose files these are
/// ```
///
/// The store sees ciphertext only. One chunk is one object, sent once it is sealed whole: so it goes with its checksums,
/// and it can be sent again. A prefix belongs to one installation.
public final class S3Vault: FileVault {
    /// How a vault works.
    public struct Settings: Sendable, Hashable {
        /// Threads that seal.
        public var threads: Int
        /// How many chunks may be under way before ``VaultError/Code/busy`` is thrown.
        public var operationLimit: Int
        /// How many octets of sealed chunks may wait in memory before ``VaultError/Code/busy`` is thrown.
        public var roomForChunks: Int
        /// How long the store may keep silent, seconds.
        public var timeout: Int
        /// Further authorities for its certificate, PEM.
        public var caFile: String?

        /// Chooses how a vault works.
        ///
        /// - Parameters:
        ///   - threads: threads that seal.
        ///   - operationLimit: how many chunks may be under way.
        ///   - roomForChunks: how many octets of sealed chunks may wait in memory.
        ///   - timeout: how long the store may keep silent, seconds.
        ///   - caFile: further authorities for its certificate, PEM.
        public init(
            threads: Int = 4, operationLimit: Int = 1_024, roomForChunks: Int = 256 << 20, timeout: Int = 30,
            caFile: String? = nil
        ) {
            self.threads = threads
            self.operationLimit = operationLimit
            self.roomForChunks = roomForChunks
            self.timeout = timeout
            self.caFile = caFile
        }
    }

    /// No check takes longer, seconds.
    private static let checkTime: TimeInterval = 3_600
    /// For how long it is believed that the store can be written to, seconds: health checks come every few seconds.
    private static let freshness: TimeInterval = 30
    /// Objects that are removed at once.
    private static let removalsAtOnce = 8

    /// The bucket.
    public var bucket: S3Bucket { client.bucket }
    let client: S3Client
    let random: any RandomSource
    let pool: BoundedThreadPool
    let room: SealedRoom
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let lastWritten = Mutex<Date?>(nil)

    /// Opens a vault; asks the store nothing yet.
    ///
    /// - Parameters:
    ///   - bucket: where it is.
    ///   - credentials: who asks.
    ///   - settings: how it works.
    ///   - random: where nonces, names and pauses come from.
    ///   - now: the time, for signatures.
    ///   - logger: is told what was cleaned.
    /// - Throws: ``VaultError`` if the file of authorities cannot be read.
    public convenience init(
        bucket: S3Bucket, credentials: S3Credentials, settings: Settings = Settings(),
        random: any RandomSource = SystemRandomSource(), now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) throws(VaultError) {
        let exchange: LiveS3Exchange
        do throws(S3Failure) {
            exchange = try LiveS3Exchange(caFile: settings.caFile, timeout: settings.timeout)
        } catch {
            throw error.vaultError()
        }
        let client = S3Client(
            bucket: bucket, credentials: credentials, exchange: exchange, random: random, now: now,
            // Between attempts at a store that is slow or away; a caller who gives up ends it.
            pause: { try await Task.sleep(for: $0) })
        self.init(client: client, settings: settings, random: random, now: now, logger: logger)
    }

    package init(
        client: S3Client, settings: Settings = Settings(), random: any RandomSource,
        now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.client = client
        self.random = random
        self.now = now
        self.logger = logger
        pool = BoundedThreadPool(threads: settings.threads, limit: settings.operationLimit)
        room = SealedRoom(limit: settings.roomForChunks)
    }

    /// Makes sure that the store can be listed, written, read, and that what was written can be removed.
    ///
    /// - Throws: ``VaultError`` that says which of it fails, and why.
    public func check() async throws(VaultError) {
        let (probe, octets) = ("incoming/" + Hex.encode(random.bytes(16)), random.bytes(1_000))
        var step = "listed"
        do throws(S3Failure) {
            _ = try await client.list("incoming/", atMost: 1)
            step = "written to"
            try await client.put(SealedContent(octets), at: probe)
            step = "read from"
            let read = try await client.get(probe, range: 10..<500, of: octets.count)
            guard Array(read.readableBytesView) == Array(octets[10..<500]) else {
                throw S3Failure(.malformed, "it gives other octets than it was given")
            }
            step = "cleared"
            try await client.delete(probe)
        } catch {
            let known = error.vaultError()
            throw VaultError(known.code, detail: "it cannot be \(step): \(error)")
        }
    }

    public func checkWritable() async throws(VaultError) {
        let time = now()
        if let last = lastWritten.withLock({ $0 }), abs(time.timeIntervalSince(last)) < Self.freshness { return }
        let probe = "incoming/" + Hex.encode(random.bytes(16))
        do throws(S3Failure) {
            try await client.put(SealedContent(random.bytes(64)), at: probe)
            try await client.delete(probe)
        } catch {
            throw error.vaultError()
        }
        lastWritten.withLock { $0 = time }
    }

    /// An object store has no end that it tells of.
    public func space() async throws(VaultError) -> VaultSpace? { nil }

    public func shutdown() async {
        await pool.shutdown()
        await client.shutDown()
    }

    // MARK: Sweeping

    public func removeObject(_ name: String, of file: VaultFileID) async throws(VaultError) {
        let key = try file.objectPath(name)
        do throws(S3Failure) {
            try await client.delete(key)
        } catch {
            throw error.vaultError(file: file)
        }
    }

    public func remove(_ file: VaultFileID) async throws(VaultError) {
        try await remove(listed(file.folder + "/", of: file).map(\.key), of: file)
    }

    public func files(olderThan cutoff: Date) async throws(VaultError) -> [VaultFileID] {
        var latest: [VaultFileID: Date] = [:]
        for object in try await listed("files/") {
            let parts = object.key.split(separator: "/")
            guard parts.count == 4, let file = VaultFileID(hex: String(parts[2])) else { continue }
            latest[file] = max(latest[file] ?? .distantPast, object.modifiedAt)
        }
        return latest.filter { $0.value < cutoff }.map(\.key)
    }

    public func objects(of file: VaultFileID, olderThan cutoff: Date) async throws(VaultError) -> [VaultObject] {
        try await listed(file.folder + "/", of: file).filter { $0.modifiedAt < cutoff }.map { object in
            VaultObject(
                name: String(object.key.dropFirst(file.folder.count + 1)), size: object.size,
                modifiedAt: object.modifiedAt)
        }
    }

    @discardableResult
    public func removeLeftovers() async throws(VaultError) -> Int {
        // Another node may be in the middle of its check.
        let cutoff = now().addingTimeInterval(-Self.checkTime)
        let keys = try await listed("incoming/").filter { $0.modifiedAt < cutoff }.map(\.key)
        try await remove(keys)
        if !keys.isEmpty { logger.info("Removed what checks had left", metadata: ["count": "\(keys.count)"]) }
        return keys.count
    }

    private func listed(_ prefix: String, of file: VaultFileID? = nil) async throws(VaultError) -> [S3Listing.Object] {
        do throws(S3Failure) {
            return try await client.list(prefix)
        } catch {
            throw error.vaultError(file: file)
        }
    }

    private func remove(_ keys: [String], of file: VaultFileID? = nil) async throws(VaultError) {
        let client = client
        let failure = await withTaskGroup(of: S3Failure?.self) { group in
            var rest = keys[...]
            var failure: S3Failure?
            for key in rest.prefix(Self.removalsAtOnce) { group.addTask { await client.failureToDelete(key) } }
            rest = rest.dropFirst(Self.removalsAtOnce)
            while let outcome = await group.next() {
                failure = failure ?? outcome
                guard failure == nil, let key = rest.popFirst() else { continue }
                group.addTask { await client.failureToDelete(key) }
            }
            return failure
        }
        if let failure { throw failure.vaultError(file: file) }
    }
}

extension S3Client {
    /// Removes an object; what went wrong as a value.
    fileprivate func failureToDelete(_ key: String) async -> S3Failure? {
        do throws(S3Failure) {
            try await delete(key)
            return nil
        } catch {
            return error
        }
    }
}
