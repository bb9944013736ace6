package import NIOCore
internal import Synchronization

/// A piece that was read already, and what follows it.
package final class BegunBytes: VaultByteSource {
    private let first: Mutex<ByteBuffer?>
    private let rest: (any VaultByteSource)?

    package init(first: ByteBuffer?, rest: (any VaultByteSource)?) {
        self.first = Mutex(first)
        self.rest = rest
    }

    package func next() async throws(VaultError) -> ByteBuffer? {
        let taken = first.withLock { first in
            defer { first = nil }
            return first
        }
        if let taken { return taken }
        return try await rest?.next()
    }
}
