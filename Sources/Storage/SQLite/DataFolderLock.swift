public import Foundation
import Synchronization

/// Makes sure that one process only has a data folder open.
public final class DataFolderLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Makes the folder if it is missing (mode 0700) and takes its lock; `StorageError.anotherProcess` if that is taken.
    public init(folder: URL) throws {
        let path = folder.path
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError.unusableFolder(path: path, reason: (error as NSError).localizedDescription)
        }
        let file = open(folder.appendingPathComponent("depesche.lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StorageError.unusableFolder(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            _ = Foundation.close(file)
            if code == EWOULDBLOCK { throw StorageError.anotherProcess(folder: path) }
            throw StorageError.unusableFolder(path: path, reason: String(cString: strerror(code)))
        }
        descriptor = Mutex(file)
    }

    /// Lets the next process in.
    public func release() {
        descriptor.withLock { descriptor in
            if let file = descriptor { _ = Foundation.close(file) }
            descriptor = nil
        }
    }

    deinit {
        release()
    }
}
