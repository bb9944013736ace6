/// How far an upload is.
public struct UploadStatus: Equatable, Sendable {
    /// The file.
    public let file: DeliveryFile
    /// The numbers of the chunks that are durable, as ascending ranges that do not touch.
    public let receivedChunks: [Range<Int>]
    /// How many octets are durable.
    public let octets: Int64

    /// A status with all its parts.
    public init(file: DeliveryFile, receivedChunks: [Range<Int>], octets: Int64) {
        self.file = file
        self.receivedChunks = receivedChunks
        self.octets = octets
    }

    /// Counts the chunks of a file, in their order.
    init(file: DeliveryFile, chunks: [FileChunk]) {
        var ranges: [Range<Int>] = []
        for chunk in chunks {
            if let last = ranges.last, last.upperBound == chunk.index {
                ranges[ranges.count - 1] = last.lowerBound..<chunk.index + 1
            } else {
                ranges.append(chunk.index..<chunk.index + 1)
            }
        }
        self.init(file: file, receivedChunks: ranges, octets: chunks.reduce(0) { $0 + Int64($1.size) })
    }
}

/// The answer to a chunk: it is on disk.
public struct ChunkReceipt: Equatable, Sendable {
    /// The number of the chunk.
    public let index: Int
    /// SHA-256 of its plain content, hexadecimal.
    public let digest: String
    /// Whether it arrived for the first time.
    public let isNew: Bool
    /// Whether all chunks of the file are there now.
    public let fileComplete: Bool

    /// A receipt with all its parts.
    public init(index: Int, digest: String, isNew: Bool, fileComplete: Bool) {
        self.index = index
        self.digest = digest
        self.isNew = isNew
        self.fileComplete = fileComplete
    }
}
