import Synchronization

/// Counts by name.
final class Counter: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    var all: [String: Int] { counts.withLock { $0 } }

    func add(_ name: String) {
        counts.withLock { $0[name, default: 0] += 1 }
    }
}
