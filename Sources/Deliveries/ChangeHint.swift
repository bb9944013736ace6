import Synchronization

/// Tells those who wait in this process that the database has something new, so that they need not ask so often.
///
/// It is only a hint: the database is the truth, and whoever waits looks there again after a while anyway.
public final class ChangeHint: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())
    private let passOn: @Sendable () -> Void

    /// A hint that nobody waits for yet.
    ///
    /// - Parameter passOn: tells the other processes over the database.
    public init(passOn: @escaping @Sendable () -> Void = {}) {
        self.passOn = passOn
    }

    /// A number that grows with each hint; take it before looking into the database.
    public var generation: UInt64 { state.withLock { $0.generation } }

    /// Wakes all who wait, here and in other processes. Call it after the commit.
    public func give() {
        wake()
        passOn()
    }

    /// Wakes all who wait in this process, as another one says.
    public func wake() {
        let waiters = state.withLock { state in
            state.generation += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for a hint that came after a generation, for the time to pass, or for the task to be cancelled.
    ///
    /// - Parameters:
    ///   - generation: what ``generation`` was before the database was asked.
    ///   - duration: how long at the most.
    ///   - clock: what measures the time.
    public func wait(after generation: UInt64, atMost duration: Duration, on clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(after: generation) }
            group.addTask { try? await clock.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait(after generation: UInt64) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.generation != generation || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }
}
