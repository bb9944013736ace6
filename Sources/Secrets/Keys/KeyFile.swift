import Glibc

/// Reads and writes the key file with the care that it needs.
enum KeyFile {
    /// More than thousands of keys would take.
    private static let maximumSize = 1 << 20

    static func read(_ path: String) throws(KeyRingError) -> (text: String, mode: UInt32) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : inaccessible(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw inaccessible(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .inaccessible(path: path, reason: "it is not a file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw inaccessible(path)
            }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= maximumSize else { throw .inaccessible(path: path, reason: "it is too large") }
        }
        return (String(decoding: bytes, as: UTF8.self), UInt32(status.st_mode & 0o777))
    }

    static func write(
        _ text: String, to path: String, replacing: Bool, random: any RandomSource
    ) throws(KeyRingError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        let draft = path + "." + Hex.encode(random.bytes(8)) + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw inaccessible(path) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw inaccessible(path)
            }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw inaccessible(path) }
        // Unlike rename, link never replaces what is there.
        guard (replacing ? rename(draft, path) : link(draft, path)) == 0 else {
            throw errno == EEXIST ? .exists(path: path) : inaccessible(path)
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw inaccessible(path) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw inaccessible(path) }
    }

    private static func inaccessible(_ path: String) -> KeyRingError {
        .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
}
