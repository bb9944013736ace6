public import FileVault
public import Foundation

/// The identifier of a file of a delivery.
public typealias DeliveryFileID = Identifier<DeliveryFile>

/// A file of a delivery, whole or still arriving.
public struct DeliveryFile: Equatable, Sendable {
    /// The file's name for doors and logs.
    public let id: DeliveryFileID
    /// Its delivery.
    public let delivery: DeliveryID
    /// Its place in the list, from 0.
    public let position: Int
    /// The cleaned file name, unique in its delivery.
    public var name: String
    /// The media type that the uploader named, for display only: downloads are always attachments.
    public let mediaType: String
    /// Its size, octets.
    public let size: Int64
    /// The plain size of each chunk but the last, octets.
    public let chunkSize: Int
    /// Its name in the vault.
    public let vaultFile: VaultFileID
    /// The file key, wrapped: a sealed list of wraps (table `delivery_file`, column `key_wraps`). Emptied on removal.
    public var sealedKeyWraps: Data
    /// The sealed manifest, set when all chunks are there.
    public var sealedManifest: Data?
    /// The root of the tree of chunk digests, hexadecimal, set with the manifest.
    public var treeDigest: String?
    /// SHA-256 of the whole content, hexadecimal, set by a background job; empty if the stored file is damaged.
    public var sha256: String?
    /// When its upload began.
    public let createdAt: Date
    /// When the last chunk was durable; `nil` while it is arriving.
    public var completedAt: Date?
    /// What the virus scanner said of it.
    public var scan: FileScan

    /// How many chunks the file has: at least one, also for an empty file.
    public var chunkCount: Int { max(1, Int((size + Int64(chunkSize) - 1) / Int64(chunkSize))) }

    /// The plain size of chunk `index`, octets.
    public func plainSize(ofChunk index: Int) -> Int {
        index < chunkCount - 1 ? chunkSize : Int(size - Int64(chunkCount - 1) * Int64(chunkSize))
    }

    /// A file with all its parts.
    public init(
        id: DeliveryFileID, delivery: DeliveryID, position: Int, name: String, mediaType: String, size: Int64,
        chunkSize: Int, vaultFile: VaultFileID, sealedKeyWraps: Data, sealedManifest: Data? = nil,
        treeDigest: String? = nil, sha256: String? = nil, createdAt: Date, completedAt: Date? = nil,
        scan: FileScan = FileScan()
    ) {
        self.id = id
        self.delivery = delivery
        self.position = position
        self.name = name
        self.mediaType = mediaType
        self.size = size
        self.chunkSize = chunkSize
        self.vaultFile = vaultFile
        self.sealedKeyWraps = sealedKeyWraps
        self.sealedManifest = sealedManifest
        self.treeDigest = treeDigest
        self.sha256 = sha256
        self.createdAt = createdAt
        self.completedAt = completedAt
        self.scan = scan
    }
}

/// A chunk that is durable in the vault and counts.
public struct FileChunk: Equatable, Sendable {
    /// Its file.
    public let file: DeliveryFileID
    /// Its number, from 0.
    public let index: Int
    /// Its plain size, octets.
    public let size: Int
    /// SHA-256 of its plain content, hexadecimal.
    public let digest: String
    /// Where the vault keeps it.
    public let objectName: String

    /// A chunk with all its parts.
    public init(file: DeliveryFileID, index: Int, size: Int, digest: String, objectName: String) {
        self.file = file
        self.index = index
        self.size = size
        self.digest = digest
        self.objectName = objectName
    }
}

extension [DeliveryFile] {
    /// Refuses unless all chunks of all files have arrived.
    func checkComplete() throws {
        let missing = enumerated().filter { $0.element.completedAt == nil }
        if !missing.isEmpty {
            throw DeliveriesError(
                .incomplete, fields: missing.map { FieldError("files[\($0.offset)]", "incomplete") })
        }
    }
}
