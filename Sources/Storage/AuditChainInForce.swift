import Deliveries
import Secrets
import Synchronization

/// The chain of the audit trail; at first one under a key of its own.
final class AuditChainInForce: Sendable {
    private let chain = Mutex(AuditChain(keys: KeyRing(ephemeral: SystemRandomSource())))

    var current: AuditChain { chain.withLock { $0 } }

    func use(_ chain: AuditChain) { self.chain.withLock { $0 = chain } }
}
