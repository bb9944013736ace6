import Synchronization

/// A hint that there may be mail: the worker need not wait for its next look at the database, which stays the truth.
public final class OutboxWakeUp: Sendable {
    private struct State {
        var isRung = false
        var isEager = false
        var waiter: (id: Int, continuation: CheckedContinuation<Void, Never>)?
        var nextID = 0
    }
    private let state = Mutex(State())
    private let passOn: @Sendable (_ isEager: Bool) -> Void

    /// A bell that nobody has rung yet.
    ///
    /// - Parameter passOn: tells the other processes over the database.
    public init(passOn: @escaping @Sendable (_ isEager: Bool) -> Void = { _ in }) {
        self.passOn = passOn
    }

    /// There is mail: wakes the worker, or spares it its next wait, here and in other processes. Call it after the commit.
    public func ring() {
        wake()
        passOn(false)
    }

    /// The same, and has the worker try at once, even if the mail server was out of reach a moment ago.
    public func ringEagerly() {
        wakeEagerly()
        passOn(true)
    }

    /// Wakes the worker of this process.
    public func wake() {
        state.withLock { state in
            if let waiter = state.waiter {
                state.waiter = nil
                waiter.continuation.resume()
            } else {
                state.isRung = true
            }
        }
    }

    /// Wakes the worker of this process and has it try at once.
    public func wakeEagerly() {
        state.withLock { $0.isEager = true }
        wake()
    }

    /// Whether somebody rang eagerly since the last call.
    func takeEagerness() -> Bool {
        state.withLock { state in
            defer { state.isEager = false }
            return state.isEager
        }
    }

    /// The same, and lets rings gather for the first `shortest` seconds.
    func wait(atLeast shortest: Double, atMost seconds: Double) async {
        // Cut short only by cancellation, which ends the second wait, too.
        try? await Task.sleep(for: .seconds(shortest))
        await wait(atMost: seconds - shortest)
    }

    /// Waits until somebody rings or `seconds` are over, or the task is cancelled.
    public func wait(atMost seconds: Double) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForBell() }
            group.addTask { try? await Task.sleep(for: .seconds(max(0, seconds))) }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForBell() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.isRung || Task.isCancelled {
                        state.isRung = false
                        return true
                    }
                    state.waiter?.continuation.resume()
                    state.waiter = (id, continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                guard state.waiter?.id == id else { return }
                state.waiter?.continuation.resume()
                state.waiter = nil
            }
        }
    }
}
