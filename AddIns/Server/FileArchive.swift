import FileVault
import Foundation

/// A ZIP of files that are in memory, the same octets for the same files.
enum FileArchive {
    /// All files get this time: what was packed twice is the same.
    private static let time = Date(timeIntervalSince1970: 1_735_689_600)

    /// Packs files, sorted by name.
    ///
    /// - Throws: ``AddInFileError/notPacked(_:)`` for a name that cannot stand in an archive.
    static func pack(_ files: [String: Data]) throws -> Data {
        let sorted = files.sorted { $0.key < $1.key }
        let entries = try sorted.map { name, content in
            guard let entry = ZIPEntry(name: name, size: Int64(content.count), modifiedAt: time) else {
                throw AddInFileError.notPacked(name)
            }
            return entry
        }
        var writer = ZIPWriter(entries: entries)
        var archive = Data()
        for (_, content) in sorted {
            archive.append(contentsOf: try writer.beginEntry())
            try note(content, &writer)
            archive.append(content)
            archive.append(contentsOf: try writer.endEntry())
        }
        archive.append(contentsOf: try writer.finish())
        return archive
    }

    private static func note(_ content: Data, _ writer: inout ZIPWriter) throws {
        try Array(content).withUnsafeBytes { bytes in try writer.content(bytes) }
    }
}
