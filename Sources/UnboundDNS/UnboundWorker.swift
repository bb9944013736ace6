import CUnbound
import DNS
import Foundation
import Synchronization

/// The thread that talks to libunbound: it hands over questions, waits for results, and minds the deadlines.
///
/// What tasks may touch is behind the mutex. All else, first of all the context, belongs to the thread alone from the
/// moment it starts; that is why this may be Sendable.
final class UnboundWorker: @unchecked Sendable {
    typealias Asker = CheckedContinuation<Result<DNSAnswer, DNSFailure>, Never>

    private enum Command {
        case resolve(id: UInt64, DNSQuestion, deadline: ContinuousClock.Instant, Asker)
        case cancel(id: UInt64)
        case stop
    }

    private struct Shared {
        var commands: [Command] = []
        var admitted = 0
        /// Questions that were given up, until their tasks know.
        var cancelled: Set<UInt64> = []
        var isStopped = false
        var hasEnded = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// A question on its way; the pointer that libunbound gives back leads to it.
    private final class Pending {
        let id: UInt64
        let question: DNSQuestion
        let deadline: ContinuousClock.Instant
        let asker: Asker
        var number: Int32 = 0
        unowned let worker: UnboundWorker

        init(
            id: UInt64, question: DNSQuestion, deadline: ContinuousClock.Instant, asker: Asker, worker: UnboundWorker
        ) {
            self.id = id
            self.question = question
            self.deadline = deadline
            self.asker = asker
            self.worker = worker
        }
    }

    private let shared = Mutex(Shared())
    private let limit: Int
    private let wakeUp: (read: Int32, write: Int32)
    // Of the thread alone.
    private let context: UnboundContext
    private var pending: [UInt64: Pending] = [:]

    init(_ configuration: UnboundConfiguration) throws(UnboundError) {
        limit = configuration.limit
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw UnboundError(step: "opening a pipe", reason: String(cString: strerror(errno)))
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        wakeUp = (ends[0], ends[1])
        do throws(UnboundError) {
            context = try UnboundContext(configuration)
        } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "UnboundDNS"
        thread.start()
    }

    // MARK: From tasks

    /// Takes a place for a question.
    func admit() throws(DNSFailure) {
        let failure: DNSFailure? = shared.withLock { shared in
            if shared.isStopped { return DNSFailure(.cancelled, detail: "the resolver was shut down") }
            if shared.admitted >= limit { return DNSFailure(.busy, detail: "\(limit) questions are under way") }
            shared.admitted += 1
            return nil
        }
        if let failure { throw failure }
    }

    /// Gives the place of a question back.
    func leave(id: UInt64) {
        shared.withLock { shared in
            shared.admitted -= 1
            shared.cancelled.remove(id)
        }
    }

    /// Looks something up; the asker always hears.
    func resolve(id: UInt64, _ question: DNSQuestion, deadline: ContinuousClock.Instant, _ asker: Asker) {
        let isTaken = post(.resolve(id: id, question, deadline: deadline, asker))
        if !isTaken { asker.resume(returning: .failure(DNSFailure(.cancelled, detail: "the resolver was shut down"))) }
    }

    /// Gives a question up, also one that has not come yet.
    func cancel(id: UInt64) {
        _ = shared.withLock { $0.cancelled.insert(id) }
        _ = post(.cancel(id: id))
    }

    /// Ends the thread after the commands before.
    func stop() {
        shared.withLock { shared in
            guard !shared.isStopped else { return }
            shared.isStopped = true
            shared.commands.append(.stop)
        }
        signal()
    }

    /// Ends the thread and waits for it.
    func shutDown() async {
        stop()
        await withCheckedContinuation { waiter in
            let hasEnded = shared.withLock { shared in
                if !shared.hasEnded { shared.stopWaiters.append(waiter) }
                return shared.hasEnded
            }
            if hasEnded { waiter.resume() }
        }
    }

    private func post(_ command: Command) -> Bool {
        let isTaken = shared.withLock { shared in
            guard !shared.isStopped else { return false }
            shared.commands.append(command)
            return true
        }
        if isTaken { signal() }
        return isTaken
    }

    private func signal() {
        var byte: UInt8 = 1
        // A full pipe wakes the thread as well; a closed one has ended.
        _ = write(wakeUp.write, &byte, 1)
    }

    // MARK: On the thread

    private func run() {
        var isRunning = true
        while isRunning {
            let (commands, cancelled) = shared.withLock { shared in
                defer { shared.commands = [] }
                return (shared.commands, shared.cancelled)
            }
            for command in commands {
                switch command {
                case .resolve(let id, let question, let deadline, let asker):
                    // The task may have been cancelled before its question came here.
                    if cancelled.contains(id) {
                        asker.resume(returning: .failure(DNSFailure(.cancelled)))
                    } else {
                        begin(
                            Pending(id: id, question: question, deadline: deadline, asker: asker, worker: self))
                    }
                case .cancel(let id): abandon(id, DNSFailure(.cancelled))
                case .stop: isRunning = false
                }
            }
            if isRunning { wait() }
        }
        end()
    }

    private func begin(_ question: Pending) {
        let pointer = Unmanaged.passUnretained(question).toOpaque()
        let begun = context.resolve(question.question, asker: pointer) { pointer, code, result in
            // libunbound gives back what it was given: a question that `pending` still holds.
            guard let pointer else { return ub_resolve_free(result) }
            let question = Unmanaged<Pending>.fromOpaque(pointer).takeUnretainedValue()
            question.worker.finish(question.id, code: code, result)
        }
        switch begun {
        case .success(let number):
            question.number = number
            pending[question.id] = question
        case .failure(let failure):
            question.asker.resume(returning: .failure(DNSFailure(.serverFailure, detail: "libunbound: \(failure)")))
        }
    }

    private func finish(_ id: UInt64, code: Int32, _ result: UnsafeMutablePointer<ub_result>?) {
        defer { ub_resolve_free(result) }
        guard let question = pending.removeValue(forKey: id) else { return }
        question.asker.resume(
            returning: Result { () throws(DNSFailure) in
                guard code == 0, let result else {
                    throw DNSFailure(.serverFailure, detail: "libunbound: \(UnboundFailure(code: code))")
                }
                return try DNSAnswer(result.pointee, to: question.question)
            })
    }

    private func abandon(_ id: UInt64, _ failure: DNSFailure) {
        guard let question = pending.removeValue(forKey: id) else { return }
        context.cancel(question.number)
        question.asker.resume(returning: .failure(failure))
    }

    private func wait() {
        let now = ContinuousClock.now
        for late in pending.values.filter({ $0.deadline <= now }) {
            abandon(late.id, DNSFailure(.timeout, detail: "no answer in time"))
        }
        var patience: Int32 = -1
        if let next = pending.values.map(\.deadline).min() {
            let left = (next - now).components
            // Rounded up, so that it is not woken just before.
            patience = Int32(clamping: left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1)
        }
        var descriptors = [
            pollfd(fd: context.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, 2, patience)
        if descriptors[1].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 256)
            while read(wakeUp.read, &bytes, bytes.count) > 0 {}
        }
        if descriptors[0].revents != 0 { _ = context.process() }
    }

    private func end() {
        for id in Array(pending.keys) { abandon(id, DNSFailure(.cancelled, detail: "the resolver was shut down")) }
        context.delete()
        let waiters = shared.withLock { shared in
            shared.hasEnded = true
            defer { shared.stopWaiters = [] }
            return shared.stopWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    deinit {
        close(wakeUp.read)
        close(wakeUp.write)
    }
}
