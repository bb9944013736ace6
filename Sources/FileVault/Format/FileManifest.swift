internal import Crypto
public import FoundationEssentials
public import Secrets

/// What a complete file consists of: how large it is, how it is cut, and what is in it.
///
/// Sealed under the file's key, it authenticates the counts: a file with a chunk missing, added, exchanged or from an
/// older state does not fit it.
public struct FileManifest: Sendable, Hashable {
    /// The file.
    public let file: VaultFileID
    /// Its size and how it is cut.
    public let layout: FileLayout
    /// The digest of all chunks.
    public let tree: TreeDigest

    /// Describes a complete file.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - layout: its size and how it is cut.
    ///   - chunks: all its chunks in their order.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted`` if the chunks are not exactly those of the layout.
    public init(file: VaultFileID, layout: FileLayout, chunks: [StoredChunk]) throws(VaultError) {
        guard chunks.count == layout.chunkCount else {
            throw VaultError(
                .corrupted, file: file, detail: "\(chunks.count) chunks instead of \(layout.chunkCount)")
        }
        for (index, chunk) in chunks.enumerated()
        where chunk.index != index || chunk.plainSize != layout.plainSize(ofChunk: index) {
            throw VaultError(.corrupted, file: file, chunk: index, detail: "chunk \(chunk.index) stands here")
        }
        self.file = file
        self.layout = layout
        tree = TreeDigest(chunks: chunks.lazy.map(\.digest))
    }

    /// Opens a sealed manifest.
    ///
    /// - Parameters:
    ///   - sealed: what ``sealed(with:random:)`` returned.
    ///   - key: the file's key.
    ///   - file: the file.
    /// - Throws: ``VaultError`` with ``VaultError/Code/corrupted`` if it was changed or belongs to another file.
    public init(opening sealed: some DataProtocol, with key: FileKey, file: VaultFileID) throws(VaultError) {
        let plain: [UInt8]
        do {
            plain = Array(
                try AES.GCM.open(
                    AES.GCM.SealedBox(combined: sealed), using: key.symmetric,
                    authenticating: Self.associatedData(file)))
        } catch {
            throw VaultError(.corrupted, file: file, detail: "the manifest does not authenticate")
        }
        guard plain.count == 52, Self.number(plain[12..<16]) == UInt64(FileLayout.recordSize),
            let root = ContentDigest(bytes: plain[20...])
        else { throw VaultError(.corrupted, file: file, detail: "the manifest has another form") }
        let layout = try FileLayout(
            size: Int64(truncatingIfNeeded: Self.number(plain[0..<8])), chunkSize: Int(Self.number(plain[8..<12])))
        guard UInt64(layout.chunkCount) == Self.number(plain[16..<20]) else {
            throw VaultError(.corrupted, file: file, detail: "the manifest's counts do not agree")
        }
        self.file = file
        self.layout = layout
        tree = TreeDigest(root: root)
    }

    /// Seals the manifest under the file's key.
    ///
    /// - Parameters:
    ///   - key: the file's key.
    ///   - random: where the nonce comes from.
    /// - Returns: 80 octets: nonce, ciphertext, tag.
    /// - Throws: ``VaultError`` with ``VaultError/Code/io`` if the cryptographic library refuses, which it does not.
    public func sealed(with key: FileKey, random: any RandomSource) throws(VaultError) -> Data {
        let plain =
            bigEndian(UInt64(layout.size)) + bigEndian(UInt32(layout.chunkSize))
            + bigEndian(UInt32(FileLayout.recordSize)) + bigEndian(UInt32(layout.chunkCount)) + tree.root.bytes
        do {
            let box = try AES.GCM.seal(
                plain, using: key.symmetric, nonce: AES.GCM.Nonce(data: random.bytes(12)),
                authenticating: Self.associatedData(file))
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            return combined
        } catch {
            throw VaultError(.io, file: file, detail: "sealing the manifest failed")
        }
    }

    private static func associatedData(_ file: VaultFileID) -> [UInt8] {
        Array("DPFM".utf8) + [RecordFormat.version] + file.bytes
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
