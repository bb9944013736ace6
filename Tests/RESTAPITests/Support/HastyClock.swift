import Synchronization

/// A clock on which nobody's wait ends, until it is told to hurry: then every wait is over at once.
final class HastyClock: Clock {
    typealias Duration = Swift.Duration
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var isHasty = false
        var sleepers: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    var now: Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }

    func hurry() {
        let sleepers = state.withLock { state in
            state.isHasty = true
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.finish() }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let (hurry, sleeper) = AsyncStream.makeStream(of: Void.self)
        let isHasty = state.withLock { state in
            state.sleepers.append(sleeper)
            return state.isHasty
        }
        guard !isHasty else { return }
        // Ends also when it is cancelled.
        for await _ in hurry {}
        try Task.checkCancellation()
    }
}
