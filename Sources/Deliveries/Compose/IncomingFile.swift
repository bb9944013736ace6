import FileVault
import Foundation
public import NIOCore
import Secrets

/// A file on its way in whose size nobody knows before its end, as in a form without scripts.
///
/// It goes into the vault chunk by chunk, each durable before the next one is taken; no more than one chunk is in memory.
/// Nobody sees it before ``Uploads/keep(_:in:by:)`` counts it. What is abandoned without a word, the sweep finds.
public struct IncomingFile: Sendable {
    /// The plain size of its chunks is the one that is set, but no more than this, octets: it is held in memory.
    static let largestChunk = 8 << 20

    private let parts: DeliveryParts
    private let limits: DeliveryLimits
    /// How many octets it may have.
    private let room: Int64
    private let key: FileKey
    private var file: StagedFile
    private var pending = ByteBuffer()

    init(
        _ parts: DeliveryParts, name: String, mediaType: String, chunkSize: Int, limits: DeliveryLimits, room: Int64
    ) throws {
        self.parts = parts
        self.limits = limits
        self.room = room
        key = FileKey(random: parts.random)
        let vaultFile = VaultFileID(random: parts.random)
        do throws(VaultError) {
            file = StagedFile(
                name: FileName.clean(name), mediaType: mediaType, chunkSize: chunkSize, vaultFile: vaultFile,
                sealedKeyWraps: try FileKeyWrap.encode([key.wrapped(by: parts.keys, file: vaultFile)]))
        } catch {
            throw DeliveriesError(vault: error)
        }
    }

    /// Its cleaned name.
    public var name: String { file.name }

    /// Takes some content.
    ///
    /// - Throws: ``DeliveriesError`` `.tooLarge` with the limit that it exceeds, `.diskFull`, `.busy`, `.trouble`.
    public mutating func write(_ content: ByteBuffer) async throws {
        guard Int64(content.readableBytes) <= room - file.size else {
            throw room < limits.fileSize ? limits.togetherTooLarge : limits.fileTooLarge
        }
        file.size += Int64(content.readableBytes)
        var content = content
        while content.readableBytes > 0 {
            // A full chunk is written only when it is known not to be the last: the last one is sealed as such.
            if pending.readableBytes == file.chunkSize { try await store(isLast: false) }
            let length = min(content.readableBytes, file.chunkSize - pending.readableBytes)
            if let part = content.readSlice(length: length) { pending.writeImmutableBuffer(part) }
        }
    }

    /// The file is complete, and all of it durable.
    ///
    /// - Returns: the file, to be kept or dropped.
    /// - Throws: ``DeliveriesError`` `.diskFull`, `.busy`, `.trouble`.
    public mutating func finish() async throws -> StagedFile {
        try await store(isLast: true)
        do throws(VaultError) {
            let manifest = try FileManifest(
                file: file.vaultFile, layout: FileLayout(size: file.size, chunkSize: file.chunkSize),
                chunks: file.chunks)
            file.sealedManifest = try manifest.sealed(with: key, random: parts.random)
            file.treeDigest = manifest.tree.root.hex
        } catch {
            throw DeliveriesError(vault: error)
        }
        return file
    }

    /// Takes what came so far out of the vault.
    public func abandon() async { await parts.removeFromVault([file.vaultFile]) }

    private mutating func store(isLast: Bool) async throws {
        let index = file.chunks.count
        // How the file is cut so far: with at least one more octet, unless this is the last chunk.
        let size = Int64(index) * Int64(file.chunkSize) + Int64(pending.readableBytes) + (isLast ? 0 : 1)
        do throws(VaultError) {
            let layout = try FileLayout(size: size, chunkSize: file.chunkSize)
            file.chunks.append(
                try await parts.vault.writeChunk(index, of: file.vaultFile, key: key, layout: layout, bytes: pending))
        } catch {
            throw error.cause ?? DeliveriesError(vault: error)
        }
        pending.clear()
    }
}

/// A complete file that is durable in the vault and belongs to no delivery yet.
public struct StagedFile: Sendable {
    /// Its cleaned name.
    public let name: String
    /// The media type that its sender named.
    public let mediaType: String
    /// Its size, octets.
    public internal(set) var size: Int64 = 0
    let chunkSize: Int
    let vaultFile: VaultFileID
    let sealedKeyWraps: Data
    var chunks: [StoredChunk] = []
    var sealedManifest = Data()
    var treeDigest = ""

    init(name: String, mediaType: String, chunkSize: Int, vaultFile: VaultFileID, sealedKeyWraps: Data) {
        self.name = name
        self.mediaType = mediaType
        self.chunkSize = chunkSize
        self.vaultFile = vaultFile
        self.sealedKeyWraps = sealedKeyWraps
    }
}
