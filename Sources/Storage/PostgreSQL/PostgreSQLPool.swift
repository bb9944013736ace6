import Deliveries
import Foundation
import Secrets
import Synchronization

/// Shares connections among those who ask.
///
/// Bodies wait in two queues, and each is taken by a worker that is connected. Writers have one connection, since they would
/// wait for each other anyway, and share commits; readers have the others.
final class PostgreSQLPool: Sendable {
    /// What is borne.
    struct Limits: Sendable {
        /// How many connections there are at most.
        var connections = PostgreSQLDatabase.usualConnections
        /// How many transactions may wait before further ones are told that the server is busy.
        var queue = 10_000
        /// How long one waits for a connection.
        var patience: Duration = .seconds(15)
        /// How long one waits while the server cannot be reached at all.
        var patienceWithoutServer: Duration = .seconds(5)
        /// After how long an unused connection is closed.
        var idleness: Duration = .seconds(300)
        /// How long it is tried to find out whether a transaction was committed.
        var inquiry: Duration = .seconds(60)
        /// How long a stop lets transactions under way go on.
        var farewell: Duration = .seconds(5)
        /// How long a server that does not answer is borne once the process prepares to end.
        var leaving: Duration = .seconds(12)
        /// How often marks of commits are swept.
        var sweep: Duration = .seconds(600)
    }

    private struct Queue {
        var waiting: [PostgreSQLJob] = []
        var underWay = 0
        let most: Int

        var isNext: Bool { !waiting.isEmpty && underWay < most }
    }

    private struct State {
        var readers: Queue
        var writers: Queue
        var inquiries: [PostgreSQLInquiry] = []
        /// Those without work, the one that was busy last at the end: its connection is open.
        var idle: [(worker: PostgreSQLWorker, since: ContinuousClock.Instant)]
        var connected: Set<Int> = []
        var trouble: (failure: PostgreSQLFailure, since: ContinuousClock.Instant)?
        var sweptAt = ContinuousClock.now
        /// Since when each worker is at its body.
        var busy: [Int: ContinuousClock.Instant] = [:]
        var leavingAt: ContinuousClock.Instant?
        var closedAt: ContinuousClock.Instant?
        var lastLeft: CheckedContinuation<Void, Never>?

        var isWork: Bool { readers.isNext || writers.isNext || !inquiries.isEmpty }

        /// Takes one without work that has a connection.
        mutating func takeConnected() -> PostgreSQLWorker? {
            idle.lastIndex { connected.contains($0.worker.number) }.map { idle.remove(at: $0).worker }
        }
    }

    private enum Step {
        case connect
        case run(PostgreSQLJob)
        case inquire(PostgreSQLInquiry)
    }

    private let limits: Limits
    private let workers: [PostgreSQLWorker]
    private let stop: StopSign
    private let report: @Sendable (DatabaseNews) -> Void
    private let state: Mutex<State>
    private let caretaker = SerialThread("depesche.postgresql.caretaker")

    init(
        url: String, limits: Limits, auditChain: AuditChainInForce, random: any RandomSource,
        report: @escaping @Sendable (DatabaseNews) -> Void
    ) {
        let stop = StopSign()
        let workers = (1...limits.connections).map {
            PostgreSQLWorker(number: $0, url: url, stop: stop, auditChain: auditChain, random: random)
        }
        self.limits = limits
        self.workers = workers
        self.stop = stop
        self.report = report
        state = Mutex(
            State(
                readers: Queue(most: max(1, limits.connections - 1)), writers: Queue(most: 1),
                idle: workers.map { ($0, .now) }))
        lookAfterSoon()
    }

    /// Takes a body in.
    ///
    /// - Throws: `StorageError.closed`; `DeliveriesError` `.busy` if too many wait.
    func submit(_ job: PostgreSQLJob) throws {
        let worker = try state.withLock { state in
            guard state.closedAt == nil, !stop.isSet else { throw StorageError.closed }
            guard state.readers.waiting.count + state.writers.waiting.count < limits.queue else {
                throw DeliveriesError(.busy, retryAfter: 1)
            }
            if job.isReading { state.readers.waiting.append(job) } else { state.writers.waiting.append(job) }
            return state.idle.popLast()?.worker
        }
        if let worker { start(worker) }
    }

    private func start(_ worker: PostgreSQLWorker) {
        worker.thread.start { self.serve(worker) }
    }

    /// On the worker's thread, until there is nothing for it to do.
    private func serve(_ worker: PostgreSQLWorker) {
        while let step = nextStep(of: worker) {
            switch step {
            case .connect: connect(worker)
            case .inquire(let inquiry): inquire(inquiry, by: worker)
            case .run(let job):
                let outcome = worker.perform(job)
                switch outcome {
                case .done(let answer): answer()
                case .failed(let error): part(job, error)
                case .lost(let failure): again(job, failure)
                case .unknown(let mark, let answer, let failure):
                    begin(
                        PostgreSQLInquiry(
                            mark: mark, answer: answer, failure: failure, job: job, end: .now + limits.inquiry))
                }
                finish(job, by: worker)
                if isSweepDue() { worker.sweepMarks() }
            }
        }
    }

    private func nextStep(of worker: PostgreSQLWorker) -> Step? {
        let isConnected = worker.isConnected()
        let (step, helper): (Step?, PostgreSQLWorker?) = state.withLock { state in
            if isConnected { state.connected.insert(worker.number) } else { state.connected.remove(worker.number) }
            guard !stop.isSet, state.isWork else {
                // One that could not connect is asked last.
                state.idle.insert((worker, .now), at: isConnected ? state.idle.endIndex : 0)
                if state.idle.count == workers.count {
                    state.lastLeft?.resume()
                    state.lastLeft = nil
                }
                return (nil, nil)
            }
            guard isConnected else { return (.connect, nil) }
            state.busy[worker.number] = .now
            if !state.inquiries.isEmpty {
                let inquiry = state.inquiries.removeFirst()
                return (.inquire(inquiry), state.isWork ? state.idle.popLast()?.worker : nil)
            }
            let isReaderFirst =
                state.readers.isNext
                && (!state.writers.isNext || state.readers.waiting[0].since <= state.writers.waiting[0].since)
            let queue = isReaderFirst ? \State.readers : \State.writers
            state[keyPath: queue].underWay += 1
            let job = PostgreSQLJob.next(of: &state[keyPath: queue].waiting)
            // There may be room for one more since a body of the other kind ended.
            return (.run(job), state.isWork ? state.idle.popLast()?.worker : nil)
        }
        if let helper { start(helper) }
        return step
    }

    private func finish(_ job: PostgreSQLJob, by worker: PostgreSQLWorker) {
        state.withLock { state in
            state[keyPath: job.isReading ? \State.readers : \State.writers].underWay -= 1
            state.busy[worker.number] = nil
        }
    }

    private func connect(_ worker: PostgreSQLWorker) {
        let failure = worker.connect()
        let (news, helper): (DatabaseNews?, PostgreSQLWorker?) = state.withLock { state in
            guard let failure else {
                state.connected.insert(worker.number)
                defer { state.trouble = nil }
                return (state.trouble.map { .regained(after: .now - $0.since) }, nil)
            }
            // Who waits is served by another that is connected. Only where there is none, the server is out of reach.
            if let other = state.takeConnected() { return (nil, other) }
            guard state.connected.isEmpty else { return (nil, nil) }
            defer { state.trouble = (failure, state.trouble?.since ?? .now) }
            return (state.trouble == nil ? .lost(reason: failure.message) : nil, nil)
        }
        if let helper { start(helper) }
        if let news { report(news) }
    }

    /// Tells a body that it failed; where it is one of several, they run again in smaller groups.
    private func part(_ job: PostgreSQLJob, _ error: any Error) {
        let halves = job.halves
        guard !halves.isEmpty else { return job.fail(error) }
        state.withLock { $0.writers.waiting.insert(contentsOf: halves, at: 0) }
    }

    /// Puts a body back whose connection was lost before anything was written; it goes on as soon as there is another.
    private func again(_ job: PostgreSQLJob, _ failure: PostgreSQLFailure) {
        var job = job
        job.losses += 1
        // One that ends its connection each time does not go on forever.
        guard job.losses < 5, !stop.isSet else { return job.fail(failure.translated) }
        state.withLock { $0[keyPath: job.isReading ? \State.readers : \State.writers].waiting.insert(job, at: 0) }
    }

    private func begin(_ inquiry: PostgreSQLInquiry) {
        let helper = state.withLock { state in
            state.inquiries.append(inquiry)
            return state.takeConnected()
        }
        if let helper { start(helper) }
    }

    private func inquire(_ inquiry: PostgreSQLInquiry, by worker: PostgreSQLWorker) {
        switch worker.wasCommitted(inquiry.mark) {
        case true?: inquiry.answer()
        case false?: again(inquiry.job, inquiry.failure)
        case nil:
            // On the worker's own thread: the server needs a moment until it can tell, and nothing announces it.
            Thread.sleep(forTimeInterval: 0.25)
            state.withLock { $0.inquiries.append(inquiry) }
        }
        state.withLock { $0.busy[worker.number] = nil }
    }

    private func isSweepDue() -> Bool {
        state.withLock { state in
            guard state.closedAt == nil, state.sweptAt + limits.sweep < .now else { return false }
            state.sweptAt = .now
            return true
        }
    }

    private func lookAfterSoon() {
        caretaker.start(after: 1) { [weak self] in
            guard let self else { return }
            self.lookAfter()
            self.lookAfterSoon()
        }
    }

    /// Now and then: tells those who waited too long, closes what was long unused, and ends a stop that hangs.
    private func lookAfter() {
        let now = ContinuousClock.now
        let (overdue, unknown, error, unused) = state.withLock { state in
            let patience =
                state.connected.isEmpty && state.trouble != nil ? limits.patienceWithoutServer : limits.patience
            func isOverdue(_ job: PostgreSQLJob) -> Bool { stop.isSet || job.since + patience < now }
            if let closedAt = state.closedAt, closedAt + limits.farewell < now { stop.set() }
            if let leavingAt = state.leavingAt, leavingAt + limits.leaving < now,
                state.connected.isEmpty || state.busy.values.contains(where: { $0 + limits.leaving < now })
            {
                stop.set()
            }
            let overdue = state.readers.waiting.filter(isOverdue) + state.writers.waiting.filter(isOverdue)
            state.readers.waiting.removeAll(where: isOverdue)
            state.writers.waiting.removeAll(where: isOverdue)
            func isUnknown(_ inquiry: PostgreSQLInquiry) -> Bool { stop.isSet || inquiry.end < now }
            let unknown = state.inquiries.filter(isUnknown)
            state.inquiries.removeAll(where: isUnknown)
            let unused = state.idle.filter {
                $0.since + limits.idleness < now && state.connected.contains($0.worker.number)
            }
            for (worker, _) in unused { state.connected.remove(worker.number) }
            let error: any Error =
                stop.isSet
                ? StorageError.closed
                : state.trouble?.failure.translated
                    ?? DeliveriesError(.busy, retryAfter: 2, detail: "all connections to the database are in use")
            return (overdue, unknown, error, unused)
        }
        for inquiry in unknown { inquiry.giveUp() }
        for job in overdue { job.fail(error) }
        for (worker, _) in unused { worker.thread.start { worker.disconnect() } }
    }

    /// The process is about to end: a server that does not answer is not waited for much longer.
    func prepareToClose() {
        state.withLock { $0.leavingAt = $0.leavingAt ?? .now }
    }

    /// Serves who waits, and closes the connections; what hangs is given up after a while.
    ///
    /// - Returns: false if it was closed before.
    func close() async throws -> Bool {
        let isFirst = state.withLock { state in
            defer { state.closedAt = state.closedAt ?? .now }
            return state.closedAt == nil
        }
        guard isFirst else { return false }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                let isIdle = state.idle.count == workers.count
                if !isIdle { state.lastLeft = continuation }
                return isIdle
            }
            if isIdle { continuation.resume() }
        }
        // Nobody is left who could take what came meanwhile.
        let (left, unknown) = state.withLock { state in
            defer { (state.readers.waiting, state.writers.waiting, state.inquiries) = ([], [], []) }
            return (state.readers.waiting + state.writers.waiting, state.inquiries)
        }
        for inquiry in unknown { inquiry.giveUp() }
        for job in left { job.fail(StorageError.closed) }
        for worker in workers { try await worker.thread.run { worker.disconnect() } }
        return true
    }
}
