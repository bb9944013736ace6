package import DNS
import Synchronization

/// Lets questions be asked until the time is over; those that are open then fail with a timeout, whether or not their
/// resolver gives up.
///
/// Invariant: each waiter is in the table until it is resumed, and is resumed by whoever takes it out.
package final class TimeBudget: Sendable {
    package typealias Reply = Result<DNSAnswer, DNSFailure>

    private struct State {
        var isOver = false
        var nextID = 0
        var waiters: [Int: CheckedContinuation<Reply, Never>] = [:]
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Works with a budget: it ends when the work is done, when the time is over, or when the one who waits is
    /// cancelled.
    package static func run<Value: Sendable>(
        _ duration: Duration, clock: any Clock<Duration>, _ work: @Sendable (TimeBudget) async -> Value
    ) async -> Value {
        let budget = TimeBudget()
        let timer = Task {
            // Cancelled when the work is done; nobody waits for it.
            try? await clock.sleep(for: duration)
            if !Task.isCancelled { budget.end() }
        }
        return await withTaskCancellationHandler {
            let value = await work(budget)
            timer.cancel()
            return value
        } onCancel: {
            timer.cancel()
            budget.end()
        }
    }

    /// Asks one question.
    package func ask(_ resolver: any DNSResolver, _ name: DNSName, _ type: DNSRecordType) async -> Reply {
        await withCheckedContinuation { continuation in
            let id: Int? = state.withLock { state in
                guard !state.isOver else { return nil }
                state.nextID += 1
                state.waiters[state.nextID] = continuation
                return state.nextID
            }
            guard let id else {
                continuation.resume(returning: .failure(DNSFailure(.timeout)))
                return
            }
            // Whoever asked waits for it through the table; once the time is over, nobody does.
            let task = Task {
                let reply: Reply
                do throws(DNSFailure) {
                    reply = .success(try await resolver.resolve(name, type))
                } catch {
                    reply = .failure(error)
                }
                self.answer(id, reply)
            }
            let isAnswered = state.withLock { state in
                guard state.waiters[id] != nil else { return true }
                state.tasks[id] = task
                return false
            }
            if isAnswered { task.cancel() }
        }
    }

    /// Ends the time: all open questions fail.
    private func end() {
        let (waiters, tasks) = state.withLock { state in
            defer {
                state.isOver = true
                state.waiters = [:]
                state.tasks = [:]
            }
            return (state.waiters.values, state.tasks.values)
        }
        for waiter in waiters { waiter.resume(returning: .failure(DNSFailure(.timeout))) }
        for task in tasks { task.cancel() }
    }

    private func answer(_ id: Int, _ reply: Reply) {
        let waiter = state.withLock { state in
            state.tasks[id] = nil
            return state.waiters.removeValue(forKey: id)
        }
        waiter?.resume(returning: reply)
    }
}
