public import NIOCore

/// The plain octets of a file or of a part of it, a few records at a time.
///
/// It can be read once. Whoever reads slowly holds back the disk: only a few records are read ahead.
public struct VaultBytes: AsyncSequence, Sendable {
    /// One piece of the content.
    public typealias Element = ByteBuffer
    /// What goes wrong on the way.
    public typealias Failure = VaultError

    /// How many octets come in all.
    public let count: Int64
    private let source: any VaultByteSource

    package init(count: Int64, source: any VaultByteSource) {
        self.count = count
        self.source = source
    }

    /// Begins, or goes on where an earlier iterator stopped.
    ///
    /// - Returns: an iterator over the pieces.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    /// Gives the pieces one by one.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        fileprivate let source: any VaultByteSource

        /// The next piece.
        ///
        /// - Returns: at least one octet, or nil at the end.
        /// - Throws: ``VaultError``; what came before is authentic, what would come is not known.
        public mutating func next() async throws(VaultError) -> ByteBuffer? {
            try await source.next()
        }

        /// The next piece, for a caller on an actor.
        ///
        /// - Parameter actor: the caller's isolation.
        /// - Returns: at least one octet, or nil at the end.
        /// - Throws: ``VaultError``; what came before is authentic, what would come is not known.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(VaultError) -> ByteBuffer? {
            try await source.next()
        }
    }
}

/// What stands behind a ``VaultBytes``.
package protocol VaultByteSource: Sendable {
    /// The next piece; called again only after the one before has returned.
    func next() async throws(VaultError) -> ByteBuffer?
}
