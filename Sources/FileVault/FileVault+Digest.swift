internal import Crypto
internal import NIOCore

extension FileVault {
    /// Reads a whole file for its plain SHA-256 digest: slow, for a background job.
    ///
    /// - Parameter file: the file.
    /// - Returns: the digest of all its octets.
    /// - Throws: ``VaultError``; also if the file is damaged, so it is a check of the whole file as well.
    @concurrent public func sha256(of file: VaultFile) async throws(VaultError) -> ContentDigest {
        var hasher = SHA256()
        var pieces = try await read(file).makeAsyncIterator()
        while let piece = try await pieces.next() {
            piece.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
        }
        return ContentDigest(hasher.finalize())
    }
}
