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
    /// When it was last changed: another time is another file.
    let modified: Int64

    init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SendError("\(path): \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SendError("\(path) is no plain file.") }
        self.path = path
        name = URL(filePath: path).lastPathComponent
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
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
