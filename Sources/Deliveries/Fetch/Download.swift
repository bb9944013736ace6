import FileVault
public import NIOCore

/// A transfer that may begin: the first octets were read and are authentic.
public struct Download: Sendable {
    /// The file's name, clean: for `Content-Disposition`.
    public let fileName: String
    /// The octets of the whole file, or of the whole ZIP.
    public let size: Int64
    /// The octets that ``body`` gives.
    public let range: Range<Int64>
    /// Whether only a part was asked for: status 206.
    public let isPartial: Bool
    /// The entity tag with its quotes; nil for a ZIP.
    public let entityTag: String?
    /// Whether parts can be asked for.
    public let acceptsRanges: Bool
    /// The delivery.
    public let delivery: DeliveryID
    /// The octets, in pieces; it breaks off with ``DeliveriesError`` when the delivery is withdrawn meanwhile.
    public let body: DownloadBody

    let grantHash: String
}

/// A part of a file was asked for that does not exist (RFC 9110, 15.5.17): status 416.
public struct RangeNotSatisfiable: Error, Equatable, Sendable {
    /// The octets of the whole file, for `Content-Range`.
    public let size: Int64
}

/// The octets of a transfer. It is read once.
public struct DownloadBody: AsyncSequence, Sendable {
    /// One piece.
    public typealias Element = ByteBuffer

    let bytes: VaultBytes
    let check: TransferCheck

    /// How many octets come in all.
    public var count: Int64 { bytes.count }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(bytes: bytes.makeAsyncIterator(), check: check)
    }

    /// Gives the pieces one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var bytes: VaultBytes.AsyncIterator
        fileprivate var check: TransferCheck

        /// The next piece.
        ///
        /// - Throws: ``DeliveriesError`` `.withdrawn` or `.expired` if the delivery is no longer to be had,
        ///   `.fileDamaged` if the file is damaged or missing.
        public mutating func next() async throws -> ByteBuffer? {
            try await check.pass()
            do throws(VaultError) {
                return try await bytes.next()
            } catch {
                throw DeliveriesError(vault: error)
            }
        }
    }
}
