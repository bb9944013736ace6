import Glibc

/// An open file or folder, closed with its last reference.
final class Descriptor: Sendable {
    private let number: CInt

    /// Opens a path.
    init(_ path: String, _ flags: CInt, mode: mode_t = 0o600) throws(SystemError) {
        number = Glibc.open(path, flags | O_CLOEXEC, mode)
        if number < 0 { throw SystemError(call: "open") }
    }

    deinit {
        _ = Glibc.close(number)
    }

    /// Writes all octets.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(number, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError(call: "write")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Reads until the buffer is full or the file ends; returns how many octets came.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(
                number, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(offset) + off_t(filled))
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError(call: "read")
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Waits until everything written is on the disk.
    func synchronize() throws(SystemError) {
        while fsync(number) != 0 {
            if errno != EINTR { throw SystemError(call: "fsync") }
        }
    }

    /// Lets the kernel begin to write out a part, so that the later ``synchronize()`` has less to wait for.
    func beginWriteOut(from offset: Int, count: Int) {
        // On Linux, this advice starts the write-out of dirty pages. Only a hint: what it cannot do, synchronize does.
        _ = posix_fadvise(number, off_t(offset), off_t(count), POSIX_FADV_DONTNEED)
    }
}

/// A call to the system that failed.
struct SystemError: Error {
    let call: StaticString
    let number: CInt

    /// Takes the number from errno: to be made right after the call.
    init(call: StaticString) {
        number = errno
        self.call = call
    }

    init(call: StaticString, number: CInt) {
        self.call = call
        self.number = number
    }

    /// The same in the words of the vault.
    func vaultError(file: VaultFileID? = nil, chunk: Int? = nil) -> VaultError {
        let code: VaultError.Code =
            switch number {
            case ENOSPC, EDQUOT: .diskFull
            case ENOENT: .missing
            case EMFILE, ENFILE: .busy
            default: .io
            }
        return VaultError(
            code, file: file, chunk: chunk, detail: "\(call) failed: \(String(cString: strerror(number)))")
    }
}
