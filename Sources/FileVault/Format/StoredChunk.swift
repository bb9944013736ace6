/// A chunk that is safely stored. Whoever keeps the list of files writes it down; until then, nobody refers to it.
public struct StoredChunk: Sendable, Hashable {
    /// The chunk's number in the file, from 0.
    public let index: Int
    /// Plain octets in it.
    public let plainSize: Int
    /// The SHA-256 digest of its plain octets.
    public let digest: ContentDigest
    /// The name under which the vault keeps it; another one each time that the chunk is written.
    public let objectName: String

    /// Describes a stored chunk.
    ///
    /// - Parameters:
    ///   - index: the chunk's number, from 0.
    ///   - plainSize: plain octets in it.
    ///   - digest: the SHA-256 digest of its plain octets.
    ///   - objectName: the name under which the vault keeps it.
    public init(index: Int, plainSize: Int, digest: ContentDigest, objectName: String) {
        self.index = index
        self.plainSize = plainSize
        self.digest = digest
        self.objectName = objectName
    }
}
