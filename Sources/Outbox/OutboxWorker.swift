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
    /// How many mails may be under way at a time where each destination has a pace of its own.
    private static let mostUnderWay = 1_000
    /// How long a look at the database waits for more to happen after the last one, seconds: under load many mails share
    /// one look.
    private static let gathering: Double = 0.01
    /// How many destinations are looked at in one round.
    private static let destinationsAtOnce = 100
    /// The longest wait without a look at the database.
    private static let longestIdle: Double = 10

    private let database: any Database
    private let settings: SettingsService
    private let attempt: MailAttempt
    private let routes: OutgoingRoutes
    private let wakeUp: OutboxWakeUp
    private let now: @Sendable () -> Date
    private let logger: Logger

    /// - Parameters:
    ///   - database: where the outbox is.
    ///   - settings: which way mail leaves.
    ///   - attempt: carries out one attempt.
    ///   - routes: closed at the end.
    ///   - wakeUp: rung when mail was put in.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(
        database: any Database, settings: SettingsService, attempt: MailAttempt, routes: OutgoingRoutes,
        wakeUp: OutboxWakeUp, now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.database = database
        self.settings = settings
        self.attempt = attempt
        self.routes = routes
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
                    if !progress.isStopping { await wakeUp.wait(atLeast: min(pause, Self.gathering), atMost: pause) }
                    if wakeUp.takeEagerness() {
                        progress.serverAnswered()
                        routes.tryAnew()
                    }
                }
                // What is under way keeps its lease until its outcome is recorded.
                while !progress.inFlight.isEmpty, !Task.isCancelled {
                    await keepLeases(progress, at: now())
                    await wakeUp.wait(atMost: Self.lease / 6)
                }
            }
        } onGracefulShutdown: {
            progress.stop()
            wakeUp.wake()
        }
        await routes.shutDown()
    }

    /// Leases what is due, as much as there is room for, and starts it. Returns how long to wait.
    private func round(_ progress: WorkerProgress, in group: inout DiscardingTaskGroup) async -> Double {
        let start = now()
        await keepLeases(progress, at: start)
        do {
            let (current, due, next) = try await look(progress, at: start)
            progress.note(wayOut: try await wayOut(current))
            if let until = progress.pausedUntil, until > start {
                return min(until.timeIntervalSince(start), Self.longestIdle)
            }
            if let pacing = routes[current.route]?.pacing {
                return try await begin(due, next: next, progress, pacing, current, at: start, in: &group)
            }
            let underWay = progress.inFlight
            // A server that failed gets one mail to prove itself before the queue follows.
            let width = progress.isProbing ? 1 : current.integer(.smtpConnections) * 2
            let room = width - underWay.count
            guard room > 0 else { return Self.longestIdle }
            let leased = try await database.write {
                try $0.outbox.lease(now: start, until: start.addingTimeInterval(Self.lease), limit: room)
            }
            begin(leased, except: underWay, progress, current, in: &group)
            if leased.count == room { return Self.longestIdle }
            let soonest = try await database.read { try $0.outbox.nextDue() }
            let wait = soonest.map { $0.timeIntervalSince(now()) } ?? Self.longestIdle
            return min(max(wait, 0.05), Self.longestIdle)
        } catch {
            logger.failure("the outbox cannot be read", error)
            return 5
        }
    }

    /// The settings; and where each destination has a pace of its own, those that have mail due, and when more falls due.
    private func look(
        _ progress: WorkerProgress, at start: Date
    ) async throws -> (settings: Settings, due: [String], next: Date?) {
        let (cursor, limit) = (progress.cursor, Self.destinationsAtOnce)
        return try await database.read { [settings, routes] transaction in
            let current = try settings.current(in: transaction)
            guard routes[current.route]?.pacing != nil else { return (current, [], nil) }
            return (
                current, try transaction.outbox.dueDestinations(after: cursor, now: start, limit: limit),
                try transaction.outbox.nextDue(after: start)
            )
        }
    }

    /// Begins what is due where each destination has a pace of its own: of each only as much as it takes now, so that
    /// one that is slow or dead keeps no other waiting.
    private func begin(
        _ due: [String], next: Date?, _ progress: WorkerProgress, _ pacing: any DestinationPacing, _ current: Settings,
        at start: Date, in group: inout DiscardingTaskGroup
    ) async throws -> Double {
        let underWay = progress.inFlight
        var room = Self.mostUnderWay - underWay.count
        guard room > 0 else { return Self.longestIdle }
        // From the beginning again once the end is reached.
        progress.cursor = due.count == Self.destinationsAtOnce ? due.last ?? "" : ""
        let open = due.map { ($0, pacing.room(for: $0, settings: current)) }.filter { $0.1 > 0 }
        if !open.isEmpty {
            let places = room
            let leased = try await database.write { transaction in
                var leased: [OutboxEntry] = []
                for (destination, width) in open where leased.count < places {
                    leased += try transaction.outbox.lease(
                        destination: destination, now: start, until: start.addingTimeInterval(Self.lease),
                        limit: min(width, places - leased.count))
                }
                return leased
            }
            begin(leased, except: underWay, progress, current, in: &group)
            room -= leased.count
        }
        if room <= 0 { return Self.longestIdle }
        // There may be more behind the cursor, or of the same: each mail that ends rings, too.
        if !progress.cursor.isEmpty { return 0 }
        let wait = next.map { $0.timeIntervalSince(now()) } ?? Self.longestIdle
        // What is due and has no room waits for a pause to end, which nobody announces.
        return min(max(wait, 0.05), due.isEmpty ? Self.longestIdle : 1)
    }

    private func begin(
        _ leased: [OutboxEntry], except underWay: Set<OutboxEntryID>, _ progress: WorkerProgress, _ current: Settings,
        in group: inout DiscardingTaskGroup
    ) {
        // A lease that could not be renewed brings back what is still under way here.
        for entry in leased where !underWay.contains(entry.id) {
            progress.begin(entry.id)
            group.addTask { await send(entry, settings: current, progress: progress) }
        }
    }

    /// What the mail server is reached by: once it is changed, a pause after failures has lost its reason.
    private func wayOut(_ current: Settings) async throws -> [String] {
        let keys: [SettingKey] = [
            .mailRoute, .mailSystemSender, .mailServerHostname, .smtpHost, .smtpPort, .smtpSecurity,
            .smtpVerifyCertificate,
            .smtpCACertificates, .smtpAuthentication, .smtpUser, .smtpEHLOName, .smtpOAuthGrant,
            .smtpOAuthTokenEndpoint, .smtpOAuthClientID, .smtpOAuthScope,
        ]
        let values = keys.map { current.text($0) }
        guard current.route == .smtp else { return values }
        let password = try? await settings.secret(.smtpPassword)
        let clientSecret = try? await settings.secret(.smtpOAuthClientSecret)
        return values + [password ?? "", clientSecret ?? ""]
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
            logger.failure(
                "an attempt could not be recorded", error,
                metadata: entry.logMetadata(attempt: entry.attempts + 1))
        }
        progress.end(entry.id)
        wakeUp.wake()
    }

    private func keepLeases(_ progress: WorkerProgress, at time: Date) async {
        guard progress.isRenewalDue(at: time, every: Self.lease / 3) else { return }
        do {
            try await renew(progress.inFlight)
        } catch {
            logger.failure("leases could not be renewed", error)
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
