public import Foundation
public import NIOCore

/// Keeps files: encrypted, in chunks, each safe to send again.
///
/// A vault knows nothing of deliveries. Its user keeps the list of files and of the chunks that count; what the vault
/// holds beyond that list is an orphan, found by ``files(olderThan:)`` and ``objects(of:olderThan:)``.
public protocol FileVault: Sendable {
    /// Stores one chunk of a file, and returns when it is durable.
    ///
    /// The body is sealed as it comes. The same chunk may be written again, also at the same time: each time makes an
    /// object of its own, and the caller decides which one counts and removes the others.
    ///
    /// - Parameters:
    ///   - index: the chunk's number, from 0.
    ///   - file: the file.
    ///   - key: the file's key.
    ///   - layout: the file's size and how it is cut; it tells how many octets the chunk has.
    ///   - expectedDigest: the digest that the sender names, if it names one.
    ///   - body: the plain octets.
    /// - Returns: what to write down about the chunk.
    /// - Throws: ``VaultError``; nothing of the chunk counts then.
    func writeChunk<Body: AsyncSequence & Sendable>(
        _ index: Int, of file: VaultFileID, key: FileKey, layout: FileLayout, expectedDigest: ContentDigest?, body: Body
    ) async throws(VaultError) -> StoredChunk where Body.Element == ByteBuffer

    /// Reads a part of a complete file. The first records are read and authenticated before this returns, so that a
    /// file that is missing or damaged shows before an answer has begun.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - range: plain octets; cut to the size of the file.
    /// - Returns: exactly those octets.
    /// - Throws: ``VaultError``.
    func read(_ file: VaultFile, range: Range<Int64>) async throws(VaultError) -> VaultBytes

    /// Reads a part of one chunk, also of a file that is not complete.
    ///
    /// - Parameters:
    ///   - chunk: the chunk.
    ///   - file: the file.
    ///   - key: the file's key.
    ///   - layout: the file's size and how it is cut.
    ///   - range: plain octets within the chunk; cut to its size.
    /// - Returns: exactly those octets.
    /// - Throws: ``VaultError``.
    func readChunk(
        _ chunk: StoredChunk, of file: VaultFileID, key: FileKey, layout: FileLayout, range: Range<Int>
    ) async throws(VaultError) -> VaultBytes

    /// Removes one object of a file. It is no error if it is gone already.
    ///
    /// - Parameters:
    ///   - name: the object's name.
    ///   - file: the file.
    /// - Throws: ``VaultError``.
    func removeObject(_ name: String, of file: VaultFileID) async throws(VaultError)

    /// Removes a file with all its objects. It is no error if it is gone already.
    ///
    /// - Parameter file: the file.
    /// - Throws: ``VaultError``.
    func remove(_ file: VaultFileID) async throws(VaultError)

    /// Lists the files to which nothing was added since a time, complete or not.
    ///
    /// - Parameter cutoff: the time.
    /// - Returns: their identities in no particular order.
    /// - Throws: ``VaultError``.
    func files(olderThan cutoff: Date) async throws(VaultError) -> [VaultFileID]

    /// Lists the objects of a file that were written before a time.
    ///
    /// - Parameters:
    ///   - file: the file; one that is not there has none.
    ///   - cutoff: the time.
    /// - Returns: the objects in no particular order.
    /// - Throws: ``VaultError``.
    func objects(of file: VaultFileID, olderThan cutoff: Date) async throws(VaultError) -> [VaultObject]

    /// Tells how much room there is.
    ///
    /// - Returns: free and total octets; nil where the vault has no end that it knows of.
    /// - Throws: ``VaultError``.
    func space() async throws(VaultError) -> VaultSpace?

    /// Makes sure that something can be written, for the health check.
    ///
    /// - Throws: ``VaultError`` with what stands in the way.
    func checkWritable() async throws(VaultError)

    /// Makes sure of all that the vault needs, for the start.
    ///
    /// - Throws: ``VaultError`` with what stands in the way.
    func check() async throws(VaultError)

    /// Removes what an earlier process had begun to write. Call it at the start, when no other process writes.
    ///
    /// - Returns: how many leftovers were removed.
    /// - Throws: ``VaultError``.
    @discardableResult
    func removeLeftovers() async throws(VaultError) -> Int

    /// Ends the vault after the work that was begun; later calls throw ``VaultError/Code/closed``.
    func shutdown() async
}

extension FileVault {
    /// Only what a health check looks at.
    public func check() async throws(VaultError) { try await checkWritable() }

    /// Reads a complete file from its beginning to its end.
    ///
    /// - Parameter file: the file.
    /// - Returns: all its octets.
    /// - Throws: ``VaultError``.
    public func read(_ file: VaultFile) async throws(VaultError) -> VaultBytes {
        try await read(file, range: 0..<file.size)
    }

    /// Stores one chunk that is in memory, and returns when it is durable.
    ///
    /// - Parameters:
    ///   - index: the chunk's number, from 0.
    ///   - file: the file.
    ///   - key: the file's key.
    ///   - layout: the file's size and how it is cut.
    ///   - expectedDigest: the digest that the sender names, if it names one.
    ///   - bytes: the plain octets.
    /// - Returns: what to write down about the chunk.
    /// - Throws: ``VaultError``; nothing of the chunk is left then.
    public func writeChunk(
        _ index: Int, of file: VaultFileID, key: FileKey, layout: FileLayout, expectedDigest: ContentDigest? = nil,
        bytes: ByteBuffer
    ) async throws(VaultError) -> StoredChunk {
        try await writeChunk(
            index, of: file, key: key, layout: layout, expectedDigest: expectedDigest, body: SingleBuffer(buffer: bytes)
        )
    }
}

/// A sequence of one buffer.
private struct SingleBuffer: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = Never

    let buffer: ByteBuffer

    func makeAsyncIterator() -> Iterator { Iterator(buffer: buffer) }

    struct Iterator: AsyncIteratorProtocol {
        var buffer: ByteBuffer?

        mutating func next() async -> ByteBuffer? { take() }
        mutating func next(isolation actor: isolated (any Actor)?) async -> ByteBuffer? { take() }

        private mutating func take() -> ByteBuffer? {
            defer { buffer = nil }
            return buffer
        }
    }
}
