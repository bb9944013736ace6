import Deliveries
import Foundation
import Synchronization

/// What the worker has under way, and how the mail server does.
final class WorkerProgress: Sendable {
    private struct State {
        var inFlight: Set<OutboxEntryID> = []
        var failures = 0
        var pausedUntil: Date?
        var renewedAt: Date?
        var isStopping = false
        var wayOut: [String]?
        var cursor = ""
    }
    private let state = Mutex(State())

    var inFlight: Set<OutboxEntryID> { state.withLock { $0.inFlight } }
    var pausedUntil: Date? { state.withLock { $0.pausedUntil } }
    /// Whether the server's last sign of life was a failure.
    var isProbing: Bool { state.withLock { $0.failures > 0 } }
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// The destination behind which the next look begins.
    var cursor: String {
        get { state.withLock { $0.cursor } }
        set { state.withLock { $0.cursor = newValue } }
    }

    func stop() { state.withLock { $0.isStopping = true } }
    func begin(_ id: OutboxEntryID) { state.withLock { _ = $0.inFlight.insert(id) } }
    func end(_ id: OutboxEntryID) { state.withLock { _ = $0.inFlight.remove(id) } }

    func isRenewalDue(at now: Date, every seconds: Double) -> Bool {
        state.withLock { state in
            guard let last = state.renewedAt else {
                state.renewedAt = now
                return false
            }
            guard now.timeIntervalSince(last) >= seconds else { return false }
            state.renewedAt = now
            return true
        }
    }

    /// Ends a pause if the mail server's settings are others than before.
    func note(wayOut: [String]) {
        state.withLock { state in
            if let known = state.wayOut, known != wayOut {
                state.failures = 0
                state.pausedUntil = nil
            }
            state.wayOut = wayOut
        }
    }

    /// Begins a pause: 10 seconds at first, twice as long each time, at most five minutes.
    func serverFailed(at now: Date) {
        state.withLock { state in
            if let until = state.pausedUntil, until > now { return }
            state.failures += 1
            state.pausedUntil = now.addingTimeInterval(min(5 * Double(1 << min(state.failures, 6)), 300))
        }
    }

    func serverAnswered() {
        state.withLock { state in
            state.failures = 0
            state.pausedUntil = nil
        }
    }
}
