public import FoundationEssentials

/// A complete file, ready to be read: its key, and its chunks after they were checked against the sealed manifest.
public struct VaultFile: Sendable {
    /// The file.
    public let id: VaultFileID
    /// Its key.
    public let key: FileKey
    /// Its size and how it is cut.
    public let layout: FileLayout
    /// Its chunks in their order.
    public let chunks: [StoredChunk]
    /// The digest of all chunks.
    public let tree: TreeDigest

    /// Checks a list of chunks against the manifest.
    ///
    /// - Parameters:
    ///   - id: the file.
    ///   - key: its key.
    ///   - chunks: its chunks in their order, as they were written down.
    ///   - manifest: the sealed manifest.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted`` if they do not belong together.
    public init(
        id: VaultFileID, key: FileKey, chunks: [StoredChunk], manifest: some DataProtocol
    ) throws(VaultError) {
        let opened = try FileManifest(opening: manifest, with: key, file: id)
        guard try FileManifest(file: id, layout: opened.layout, chunks: chunks) == opened else {
            throw VaultError(.corrupted, file: id, detail: "the chunks are not those of the manifest")
        }
        self.id = id
        self.key = key
        self.chunks = chunks
        layout = opened.layout
        tree = opened.tree
    }

    /// Plain octets of the file.
    public var size: Int64 { layout.size }
}
