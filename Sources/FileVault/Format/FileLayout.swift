/// How a file of a given size is cut into chunks and records.
public struct FileLayout: Sendable, Hashable {
    /// Plain octets in a full record: 64 KiB.
    public static let recordSize = 65_536
    /// Octets that sealing adds to each record: 12 of nonce in front, 16 of tag behind.
    public static let recordOverhead = 28
    /// The usual chunk size: 8 MiB.
    public static let defaultChunkSize = 8 << 20
    /// The largest chunk size: 256 MiB.
    public static let largestChunkSize = 256 << 20

    /// Plain octets of the file.
    public let size: Int64
    /// Plain octets in each chunk but the last.
    public let chunkSize: Int
    /// How many chunks there are; an empty file has one, empty.
    public let chunkCount: Int

    /// Cuts a file.
    ///
    /// - Parameters:
    ///   - size: plain octets of the file.
    ///   - chunkSize: plain octets of a chunk: 1 to ``largestChunkSize``.
    /// - Throws: ``VaultError`` with ``VaultError/Code/tooLarge`` for a size or chunk size out of range or for more
    ///   than 2^32 − 1 chunks.
    public init(size: Int64, chunkSize: Int = FileLayout.defaultChunkSize) throws(VaultError) {
        guard size >= 0, 1...Self.largestChunkSize ~= chunkSize else {
            throw VaultError(.tooLarge, detail: "file of \(size) octets in chunks of \(chunkSize)")
        }
        let count = size == 0 ? 1 : (size - 1) / Int64(chunkSize) + 1
        guard count <= Int64(UInt32.max) else {
            throw VaultError(.tooLarge, detail: "file of \(size) octets in \(count) chunks")
        }
        self.size = size
        self.chunkSize = chunkSize
        chunkCount = Int(count)
    }

    /// Plain octets of one chunk.
    ///
    /// - Parameter index: the chunk's number, from 0.
    /// - Returns: ``chunkSize``, or what is left for the last chunk.
    public func plainSize(ofChunk index: Int) -> Int {
        index < chunkCount - 1 ? chunkSize : Int(size - Int64(index) * Int64(chunkSize))
    }

    /// Where a chunk begins in the file.
    ///
    /// - Parameter index: the chunk's number, from 0.
    /// - Returns: plain octets in front of it.
    public func offset(ofChunk index: Int) -> Int64 { Int64(index) * Int64(chunkSize) }

    /// How many records a chunk has; an empty chunk has one, empty.
    ///
    /// - Parameter index: the chunk's number, from 0.
    /// - Returns: at least 1.
    public func recordCount(ofChunk index: Int) -> Int {
        max(1, (plainSize(ofChunk: index) + Self.recordSize - 1) / Self.recordSize)
    }

    /// Octets that a chunk takes when sealed.
    ///
    /// - Parameter index: the chunk's number, from 0.
    /// - Returns: its plain size and ``recordOverhead`` for each record.
    public func sealedSize(ofChunk index: Int) -> Int {
        plainSize(ofChunk: index) + recordCount(ofChunk: index) * Self.recordOverhead
    }

    /// Whether a chunk is the last of the file.
    ///
    /// - Parameter index: the chunk's number, from 0.
    /// - Returns: true for the last.
    public func isFinal(chunk index: Int) -> Bool { index == chunkCount - 1 }
}
