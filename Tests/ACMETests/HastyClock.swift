import Synchronization

/// A clock whose sleepers wake at once, and which remembers how long they wanted to sleep.
final class HastyClock: Clock {
    private let slept = Mutex<[Duration]>([])

    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }
    var pauses: [Duration] { slept.withLock { $0 } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let seconds = (deadline - ContinuousClock.now) / .seconds(1)
        slept.withLock { $0.append(.seconds(seconds.rounded())) }
    }
}
