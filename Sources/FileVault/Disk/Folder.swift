import Glibc

/// Calls to the system for folders; each blocks.
enum Folder {
    /// Makes a folder; false if it is there already.
    static func make(_ path: String) throws(SystemError) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        if errno == EEXIST { return false }
        throw SystemError(call: "mkdir")
    }

    /// Waits until the entries of a folder are on the disk.
    static func synchronize(_ path: String) throws(SystemError) {
        try Descriptor(path, O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// Removes a file; one that is not there is no error.
    static func removeFile(_ path: String) throws(SystemError) {
        if unlink(path) != 0, errno != ENOENT { throw SystemError(call: "unlink") }
    }

    /// Removes an empty folder; one that is not there is no error. False if it is not empty.
    static func removeFolder(_ path: String) throws(SystemError) -> Bool {
        if rmdir(path) == 0 || errno == ENOENT { return true }
        if errno == ENOTEMPTY || errno == EEXIST { return false }
        throw SystemError(call: "rmdir")
    }

    /// The names in a folder; none if it is not there.
    static func names(in path: String) throws(SystemError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw SystemError(call: "opendir")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                if errno != 0 { throw SystemError(call: "readdir") }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// Size and time of modification in milliseconds since 1970, or nil if there is nothing.
    static func status(of path: String) throws(SystemError) -> (size: Int64, modified: Int64)? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemError(call: "stat")
        }
        let time = status.st_mtim
        return (Int64(status.st_size), Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
