import Synchronization

/// The result of work that has been handed to another thread. It is set once and may be awaited once.
final class PendingResult<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, VaultError>

    private enum State {
        case open
        case awaited(CheckedContinuation<Outcome, Never>)
        case known(Outcome)
    }

    private let state = Mutex(State.open)

    /// Sets the result.
    func set(_ outcome: Outcome) {
        let waiting = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            if case .awaited(let continuation) = state {
                state = .known(outcome)
                return continuation
            }
            state = .known(outcome)
            return nil
        }
        waiting?.resume(returning: outcome)
    }

    /// Waits for the result. The work cannot be called back, so cancellation does not shorten the wait.
    func value() async throws(VaultError) -> Value {
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let known = state.withLock { state -> Outcome? in
                if case .known(let outcome) = state { return outcome }
                state = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
        return try outcome.get()
    }
}
