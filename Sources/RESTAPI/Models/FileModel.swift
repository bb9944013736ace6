import Deliveries
import Foundation

/// A file as the API tells it.
struct FileModel: Codable, Equatable {
    let id: String
    let name: String
    let size: Int64
    let mediaType: String
    let chunkSize: Int
    let chunkCount: Int
    let complete: Bool
    let sha256: String?
    let scan: ScanModel

    init(_ file: DeliveryFile) {
        id = file.id.description
        name = file.name
        size = file.size
        mediaType = file.mediaType
        chunkSize = file.chunkSize
        chunkCount = file.chunkCount
        complete = file.completedAt != nil
        sha256 = file.sha256
        scan = ScanModel(file.scan)
    }
}

/// What the virus scanner said of a file.
struct ScanModel: Codable, Equatable {
    let state: String
    let finding: String?
    let scanner: String?
    let at: Date?

    init(_ scan: FileScan) {
        state = scan.state.rawValue
        finding = scan.finding.isEmpty ? nil : scan.finding
        scanner = scan.scanner.isEmpty ? nil : scan.scanner
        at = scan.at
    }
}

/// How far an upload is.
struct UploadModel: Codable, Equatable {
    /// Chunks from one number up to, not including, another.
    struct Span: Codable, Equatable {
        let from: Int
        let to: Int
    }

    let id: String
    let name: String
    let size: Int64
    let chunkSize: Int
    let chunkCount: Int
    let complete: Bool
    let received: [Span]
    let octets: Int64

    init(_ status: UploadStatus) {
        id = status.file.id.description
        name = status.file.name
        size = status.file.size
        chunkSize = status.file.chunkSize
        chunkCount = status.file.chunkCount
        complete = status.file.completedAt != nil
        received = status.receivedChunks.map { Span(from: $0.lowerBound, to: $0.upperBound) }
        octets = status.octets
    }
}
