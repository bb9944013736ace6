import Foundation
import NIOPosix

/// A file to send: read in chunks on threads of their own, never whole.
struct SourceFile: Sendable {
    /// Where it lies.
    let path: String
    /// Its name without folders.
    let name: String
    /// Its size, octets.
    let size: Int64
    /// When it was last changed, in microseconds since 1970: another time is another file.
    let modified: Int64

    init(path: String) throws {
        let url = URL(filePath: path)
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
        } catch {
            throw SendError("\(path) cannot be read: there is no such file, or it is not for you.")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber,
            let date = attributes[.modificationDate] as? Date
        else { throw SendError("\(path) is no plain file.") }
        self.path = path
        name = url.lastPathComponent
        self.size = size.int64Value
        modified = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }

    /// Reads the octets of a range.
    func read(_ range: Range<Int64>) async throws -> [UInt8] {
        try await NIOThreadPool.singleton.runIfActive {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw SendError("\(path): \(String(cString: strerror(errno)))") }
            defer { close(descriptor) }
            var offset = range.lowerBound
            var result = [UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound))
            var filled = 0
            while filled < result.count {
                let count = result.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled, off_t(offset))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw SendError("\(path) became shorter while it was sent.") }
                filled += count
                offset += Int64(count)
            }
            return result
        }
    }
}
