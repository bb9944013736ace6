public import Deliveries
public import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// Empties the outbox: leases rows that are due, attempts each, and renews the leases of those still under way.
///
/// A mail server that is out of reach delays mail and nothing else: after a failure of the server itself, the worker
/// pauses, a little longer each time, instead of running the whole queue against it.
public struct OutboxWorker: Service {
    /// How long a lease holds; one that a killed process held is free again after this time.
    private static let lease: Double = 120
    /// The longest wait without a look at the database.
    private static let longestIdle: Double = 15

    private let database: any Database
    private let settings: SettingsService
    private let attempt: MailAttempt
    private let route: SMTPRoute
    private let wakeUp: OutboxWakeUp
    private let now: @Sendable () -> Date
    private let logger: Logger

    /// - Parameters:
    ///   - database: where the outbox is.
    ///   - settings: which way mail leaves.
    ///   - attempt: carries out one attempt.
    ///   - route: closed at the end.
    ///   - wakeUp: rung when mail was put in.
    ///   - now: the clock.
    public init(
        database: any Database, settings: SettingsService, attempt: MailAttempt, route: SMTPRoute,
        wakeUp: OutboxWakeUp, now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.database = database
        self.settings = settings
        self.attempt = attempt
        self.route = route
        self.wakeUp = wakeUp
        self.now = now
        self.logger = logger
    }

    /// Works until the group shuts down; attempts under way are finished first.
    public func run() async throws {
        let progress = Progress()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !progress.isStopping, !Task.isCancelled {
                    let pause = await round(progress, in: &group)
                    if !progress.isStopping { await wakeUp.wait(atMost: pause) }
                    if wakeUp.takeEagerness() { progress.serverAnswered() }
                }
            }
        } onGracefulShutdown: {
            progress.stop()
            wakeUp.ring()
        }
        await route.shutDown()
    }

    /// Leases what is due, as much as there is room for, and starts it. Returns how long to wait.
    private func round(_ progress: Progress, in group: inout DiscardingTaskGroup) async -> Double {
        do {
            let start = now()
            if let until = progress.pausedUntil, until > start {
                try await renew(progress.inFlight)
                return min(until.timeIntervalSince(start), Self.lease / 3)
            }
            let current = try await settings.current()
            let width = current.integer(.smtpConnections) * 2
            if progress.isRenewalDue(at: start, every: Self.lease / 3) { try await renew(progress.inFlight) }
            let room = width - progress.inFlight.count
            guard room > 0 else { return Self.lease / 6 }
            let leased = try await database.write {
                try $0.outbox.lease(now: start, until: start.addingTimeInterval(Self.lease), limit: room)
            }
            for entry in leased {
                progress.begin(entry.id)
                group.addTask { await send(entry, settings: current, progress: progress) }
            }
            if leased.count == room { return Self.lease / 6 }
            let due = try await database.read { try $0.outbox.nextDue() }
            let wait = due.map { $0.timeIntervalSince(now()) } ?? Self.longestIdle
            return min(max(wait, 0.05), Self.longestIdle)
        } catch {
            logger.error("the outbox cannot be read", metadata: ["error": "\(error)"])
            return 5
        }
    }

    private func send(_ entry: OutboxEntry, settings: Settings, progress: Progress) async {
        do {
            let report = try await attempt.carryOut(entry, settings: settings)
            if case .deferred(_, _, true) = report.outcome.result {
                progress.serverFailed(at: now())
            } else {
                progress.serverAnswered()
            }
        } catch {
            // The lease runs out by itself and the row is tried again.
            logger.error("an attempt could not be recorded", metadata: ["outbox": "\(entry.id)", "error": "\(error)"])
        }
        progress.end(entry.id)
        wakeUp.ring()
    }

    private func renew(_ ids: Set<OutboxEntryID>) async throws {
        guard !ids.isEmpty else { return }
        let until = now().addingTimeInterval(Self.lease)
        try await database.write { transaction in
            for id in ids {
                guard var entry = try transaction.outbox.entry(id), entry.leasedUntil != nil else { continue }
                entry.leasedUntil = until
                try transaction.outbox.update(entry)
            }
        }
    }

    /// What is under way, and how the mail server does.
    private final class Progress: Sendable {
        private struct State {
            var inFlight: Set<OutboxEntryID> = []
            var failures = 0
            var pausedUntil: Date?
            var renewedAt: Date?
            var isStopping = false
        }
        private let state = Mutex(State())

        var inFlight: Set<OutboxEntryID> { state.withLock { $0.inFlight } }
        var pausedUntil: Date? { state.withLock { $0.pausedUntil } }

        var isStopping: Bool { state.withLock { $0.isStopping } }

        func stop() { state.withLock { $0.isStopping = true } }
        func begin(_ id: OutboxEntryID) { state.withLock { _ = $0.inFlight.insert(id) } }
        func end(_ id: OutboxEntryID) { state.withLock { _ = $0.inFlight.remove(id) } }

        func isRenewalDue(at now: Date, every seconds: Double) -> Bool {
            state.withLock { state in
                guard let last = state.renewedAt else {
                    state.renewedAt = now
                    return false
                }
                guard now.timeIntervalSince(last) >= seconds else { return false }
                state.renewedAt = now
                return true
            }
        }

        func serverFailed(at now: Date) {
            state.withLock { state in
                if let until = state.pausedUntil, until > now { return }
                state.failures += 1
                state.pausedUntil = now.addingTimeInterval(min(5 * Double(1 << min(state.failures, 6)), 300))
            }
        }

        func serverAnswered() {
            state.withLock { state in
                state.failures = 0
                state.pausedUntil = nil
            }
        }
    }
}
