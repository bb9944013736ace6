import NIOPosix
import Synchronization

/// Threads for calls that block or that are heavy on the processor, with a bound on how many may be under way.
package final class BoundedThreadPool: Sendable {
    /// Why a piece of work was not begun.
    package enum Refusal: Error {
        /// As many pieces of work as the bound allows are waiting or running.
        case busy
        /// The pool has been shut down.
        case closed
    }

    private let pool: NIOThreadPool
    private let limit: Int
    private let admitted = Mutex(0)

    /// Starts the threads.
    package init(threads: Int, limit: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        self.limit = limit
        pool.start()
    }

    deinit {
        // The pool holds itself until its threads have ended.
        pool.shutdownGracefully { _ in }
    }

    /// Runs the work on one of the threads, or throws ``Refusal`` if it could not be begun.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try admit()
        defer { leave() }
        return try await runNextStep(work)
    }

    /// Runs the work although the bound is reached: for the next step of something that was already admitted.
    package func runNextStep<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await pool.runIfActive(work)
        } catch is NIOThreadPoolError.ThreadPoolInactive {
            throw Refusal.closed
        } catch is CancellationError where !Task.isCancelled {
            // The pool drops its work in these words when it is shut down.
            throw Refusal.closed
        }
    }

    /// Hands the work to the threads and returns at once; the work learns whether it runs (`true`) or is dropped.
    package func submit(_ work: @escaping @Sendable (Bool) -> Void) {
        pool.submit { state in work(state == .active) }
    }

    /// Takes one of the places that the bound allows, for something with several steps.
    package func admit() throws(Refusal) {
        let taken = admitted.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        if !taken { throw .busy }
    }

    /// Gives back a place taken with ``admit()``.
    package func leave() {
        admitted.withLock { $0 -= 1 }
    }

    /// Ends the threads after the work that they have begun.
    package func shutdown() async {
        // It fails only for a pool that was stopped before.
        try? await pool.shutdownGracefully()
    }
}
