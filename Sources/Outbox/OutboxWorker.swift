public import Deliveries
public import Foundation
public import Logging
public import ServiceLifecycle

/// Empties the outbox: leases rows that are due, attempts each, and renews the leases of those still under way.
///
/// A mail server that is out of reach delays mail and nothing else: after a failure of the server itself, the worker
/// pauses, a little longer each time, instead of running the whole queue against it.
public struct OutboxWorker: Service {
    /// How long a lease holds; one that a killed process held is free again after this time.
    static let lease: Double = 60
    /// The longest wait without a look at the database.
    private static let longestIdle: Double = 10

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
    ///   - logger: the log.
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
        let progress = WorkerProgress()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !progress.isStopping, !Task.isCancelled {
                    let pause = await round(progress, in: &group)
                    if !progress.isStopping { await wakeUp.wait(atMost: pause) }
                    if wakeUp.takeEagerness() { progress.serverAnswered() }
                }
                // What is under way keeps its lease until its outcome is recorded.
                while !progress.inFlight.isEmpty, !Task.isCancelled {
                    await keepLeases(progress, at: now())
                    await wakeUp.wait(atMost: Self.lease / 6)
                }
            }
        } onGracefulShutdown: {
            progress.stop()
            wakeUp.ring()
        }
        await route.shutDown()
    }

    /// Leases what is due, as much as there is room for, and starts it. Returns how long to wait.
    private func round(_ progress: WorkerProgress, in group: inout DiscardingTaskGroup) async -> Double {
        let start = now()
        await keepLeases(progress, at: start)
        do {
            let current = try await settings.current()
            progress.note(wayOut: try await wayOut(current))
            if let until = progress.pausedUntil, until > start {
                return min(until.timeIntervalSince(start), Self.longestIdle)
            }
            let underWay = progress.inFlight
            // A server that failed gets one mail to prove itself before the queue follows.
            let width = progress.isProbing ? 1 : current.integer(.smtpConnections) * 2
            let room = width - underWay.count
            guard room > 0 else { return Self.longestIdle }
            let leased = try await database.write {
                try $0.outbox.lease(now: start, until: start.addingTimeInterval(Self.lease), limit: room)
            }
            // A lease that could not be renewed brings back what is still under way here.
            for entry in leased where !underWay.contains(entry.id) {
                progress.begin(entry.id)
                group.addTask { await send(entry, settings: current, progress: progress) }
            }
            if leased.count == room { return Self.longestIdle }
            let due = try await database.read { try $0.outbox.nextDue() }
            let wait = due.map { $0.timeIntervalSince(now()) } ?? Self.longestIdle
            return min(max(wait, 0.05), Self.longestIdle)
        } catch {
            logger.error("the outbox cannot be read", metadata: ["error": "\(error)"])
            return 5
        }
    }

    /// What the mail server is reached by: once it is changed, a pause after failures has lost its reason.
    private func wayOut(_ current: Settings) async throws -> [String] {
        let keys: [SettingKey] = [
            .mailRoute, .mailSystemSender, .smtpHost, .smtpPort, .smtpSecurity, .smtpVerifyCertificate,
            .smtpCACertificates, .smtpAuthentication, .smtpUser, .smtpEHLOName, .smtpOAuthGrant,
            .smtpOAuthTokenEndpoint, .smtpOAuthClientID, .smtpOAuthScope,
        ]
        let password = try? await settings.secret(.smtpPassword)
        let clientSecret = try? await settings.secret(.smtpOAuthClientSecret)
        return keys.map { current.text($0) } + [password ?? "", clientSecret ?? ""]
    }

    private func send(_ entry: OutboxEntry, settings: Settings, progress: WorkerProgress) async {
        do {
            let report = try await attempt.carryOut(entry, settings: settings)
            switch report.outcome.showsServerFailing {
            case true?: progress.serverFailed(at: now())
            case false?: progress.serverAnswered()
            case nil: break
            }
        } catch {
            // The lease runs out by itself and the row is tried again.
            logger.error("an attempt could not be recorded", metadata: ["outbox": "\(entry.id)", "error": "\(error)"])
        }
        progress.end(entry.id)
        wakeUp.ring()
    }

    private func keepLeases(_ progress: WorkerProgress, at time: Date) async {
        guard progress.isRenewalDue(at: time, every: Self.lease / 3) else { return }
        do {
            try await renew(progress.inFlight)
        } catch {
            logger.error("leases could not be renewed", metadata: ["error": "\(error)"])
        }
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
}
