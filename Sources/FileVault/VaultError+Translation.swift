internal import Secrets

extension VaultError {
    /// The same in the words of the vault: for what its threads and the calls to the system throw.
    package init(translating error: any Error, file: VaultFileID? = nil, chunk: Int? = nil) {
        switch error {
        case let error as VaultError: self = error
        case let error as SystemError: self = error.vaultError(file: file, chunk: chunk)
        case BoundedThreadPool.Refusal.busy:
            self.init(.busy, file: file, chunk: chunk, detail: "too many operations are under way")
        case BoundedThreadPool.Refusal.closed:
            self.init(.closed, file: file, chunk: chunk, detail: "the vault has been shut down")
        case is CancellationError:
            self.init(.interrupted, file: file, chunk: chunk, detail: "cancelled", cause: error)
        default:
            self.init(.io, file: file, chunk: chunk, detail: "unexpected", cause: error)
        }
    }
}

extension BoundedThreadPool {
    /// Takes a place for something with several steps; to be given back with ``leave()``.
    package func admitOperation(on file: VaultFileID, chunk: Int? = nil) throws(VaultError) {
        do throws(Refusal) {
            try admit()
        } catch {
            throw VaultError(translating: error, file: file, chunk: chunk)
        }
    }
}
