internal import NIOCore

/// Several files of a vault as one ZIP archive, made while it is read: no temporary file, a few records in memory.
public struct ZIPStream: Sendable {
    /// A file and its name in the archive.
    public struct Item: Sendable {
        /// Name and time in the archive.
        public let entry: ZIPEntry
        /// The file.
        public let file: VaultFile

        /// Puts a file into an archive.
        ///
        /// - Parameters:
        ///   - entry: name and time; its size is that of the file.
        ///   - file: the file.
        public init(entry: ZIPEntry, file: VaultFile) {
            self.entry = entry
            self.file = file
        }
    }

    private let items: [Item]
    private let writer: ZIPWriter

    /// Plans an archive.
    ///
    /// - Parameter items: what is in it, in this order; names that are equal are the caller's business.
    public init(_ items: [Item]) {
        self.items = items
        writer = ZIPWriter(entries: items.map(\.entry))
    }

    /// The octets of the whole archive, for `Content-Length`.
    public var size: Int64 { writer.size }
    /// Where in the archive each file's content stands: once all these octets were sent, the file was.
    public var contentRanges: [Range<Int64>] { writer.contentRanges }

    /// Begins to read.
    ///
    /// - Parameter vault: where the files are.
    /// - Returns: the archive, exactly ``size`` octets. A file that is damaged breaks it off with ``VaultError``.
    public func bytes(from vault: any FileVault) -> VaultBytes {
        VaultBytes(count: size, source: ZIPSource(items: items, writer: writer, vault: vault))
    }
}

/// Alternates between the writer's parts and the files' pieces.
private actor ZIPSource: VaultByteSource {
    private let items: [ZIPStream.Item]
    private let vault: any FileVault
    private var writer: ZIPWriter
    private var index = 0
    private var content: VaultBytes.AsyncIterator?
    private var isFinished = false

    init(items: [ZIPStream.Item], writer: ZIPWriter, vault: any FileVault) {
        self.items = items
        self.writer = writer
        self.vault = vault
    }

    func next() async throws(VaultError) -> ByteBuffer? {
        if isFinished { return nil }
        do {
            return try await step()
        } catch {
            isFinished = true
            content = nil
            if let error = error as? VaultError { throw error }
            throw VaultError(
                .corrupted, file: index < items.count ? items[index].file.id : nil,
                detail: "the archive's entry has another size than the file", cause: error)
        }
    }

    private func step() async throws -> ByteBuffer {
        if var iterator = content {
            if let piece = try await iterator.next() {
                try piece.withUnsafeReadableBytes { try writer.content($0) }
                return piece
            }
            content = nil
            index += 1
            return ByteBuffer(bytes: try writer.endEntry())
        }
        if index < items.count {
            let header = try writer.beginEntry()
            content = try await vault.read(items[index].file).makeAsyncIterator()
            return ByteBuffer(bytes: header)
        }
        isFinished = true
        return ByteBuffer(bytes: try writer.finish())
    }
}
