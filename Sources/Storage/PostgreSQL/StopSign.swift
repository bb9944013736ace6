import Synchronization

/// Tells those who wait on a server that the process ends.
final class StopSign: Sendable {
    private let isUp = Atomic(false)

    /// Whether nobody shall wait any longer.
    var isSet: Bool { isUp.load(ordering: .acquiring) }

    /// Ends all waiting.
    func set() { isUp.store(true, ordering: .releasing) }
}
