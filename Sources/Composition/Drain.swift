import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Waits for the signal to stop. Then `/ready` says that no more requests should come, and for a while those that come are
/// served, so that a load balancer takes the node out before it goes. When this returns, all else stops.
struct Drain: Service {
    private let signals: UnixSignalsSequence
    private let seconds: Int
    private let node: NodeState
    private let logger: Logger

    /// - Parameters:
    ///   - installation: which node it is, and for how long it drains.
    ///   - signals: what asks it to stop.
    init(_ installation: Installation, signals: UnixSignalsSequence) {
        self.signals = signals
        seconds = installation.configuration.drainSeconds
        node = installation.node
        logger = installation.logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard await next() else { return }
            await node.drain()
            guard seconds > 0 else { return }
            logger.notice("draining", metadata: ["seconds": "\(seconds)"])
            // The signals can be iterated over once only; cut short by the end of the group.
            try? await Task.sleep(for: .seconds(seconds))
        }
    }

    private func next() async -> Bool {
        for await _ in signals { return true }
        return false
    }
}
