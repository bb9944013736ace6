import FoundationEssentials
import Synchronization

/// Sealed records on their way into a file.
final class DiskOutput: SealedOutput {
    private let file: Descriptor
    /// Octets written, and how many of them the kernel was asked to write out.
    private let progress = Mutex((written: 0, writtenOut: 0))

    init(_ file: Descriptor) { self.file = file }

    func write(_ record: Data) throws {
        try record.withUnsafeBytes { try file.write($0) }
        progress.withLock { $0.written += record.count }
    }

    func endBatch() {
        progress.withLock { progress in
            file.beginWriteOut(from: progress.writtenOut, count: progress.written - progress.writtenOut)
            progress.writtenOut = progress.written
        }
    }
}
