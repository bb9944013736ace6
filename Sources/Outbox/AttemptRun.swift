import Deliveries
import Foundation
import Synchronization

/// What happened so far in one attempt: a route begins it by callback.
final class AttemptRun: Sendable {
    private struct State {
        var isBegun = false
        var entry: OutboxEntry?
        var attempt: OutboxAttempt?
        var trouble: (any Error)?
        var isCancelled = false
    }
    private let state = Mutex(State())

    /// Whether it was tried to record the attempt.
    var isBegun: Bool { state.withLock { $0.isBegun } }
    /// The row as it was then.
    var entry: OutboxEntry? { state.withLock { $0.entry } }
    /// The attempt; `nil` if the row was cancelled or finished meanwhile.
    var attempt: OutboxAttempt? { state.withLock { $0.attempt } }
    /// Why the attempt could not be recorded.
    var trouble: (any Error)? { state.withLock { $0.trouble } }
    /// Whether the row was cancelled right before the final dot.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func begin(_ entry: OutboxEntry, _ attempt: OutboxAttempt?) {
        state.withLock { state in
            (state.isBegun, state.entry, state.attempt) = (true, entry, attempt)
        }
    }

    func fail(_ error: any Error) {
        state.withLock { state in (state.isBegun, state.trouble) = (true, error) }
    }

    /// The final dot was about to be sent.
    func noteDot(at moment: Date) { state.withLock { $0.entry?.dotSentAt = moment } }

    func cancel() { state.withLock { $0.isCancelled = true } }
}
