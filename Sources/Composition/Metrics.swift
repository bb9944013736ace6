import Deliveries
import Foundation
import Hummingbird
import SenderDomains
import Storage
import WebServer

/// `/metrics`: how this installation does, for Prometheus. Nothing in it names a person or a destination.
actor Metrics {
    /// For how long an answer serves, seconds: several readers cost no more than one.
    private static let freshness: TimeInterval = 5

    private let installation: Installation
    private var latest: (text: String, at: Date)?

    init(_ installation: Installation) { self.installation = installation }

    /// The metrics, or what somebody gets who may not have them.
    func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let settings = context.settings
        let access = MetricsAccess(
            token: settings.isSet(.metricsToken) ? try await installation.settings.secret(.metricsToken) : nil,
            networks: settings.list(.metricsTrustedNetworks))
        switch access.verdict(on: request, clientAddress: context.clientAddress) {
        case .hidden: throw DeliveriesError(.notFound)
        case .tokenDemanded:
            return Response(
                status: .unauthorized,
                headers: [.wwwAuthenticate: "Bearer realm=\"depesche\"", .cacheControl: "no-store"])
        case .granted:
            return Response(
                status: .ok, headers: [.contentType: MetricsText.mediaType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: try await text(settings))))
        }
    }

    private func text(_ settings: Settings) async throws -> String {
        let now = installation.now()
        if let latest, abs(now.timeIntervalSince(latest.at)) < Self.freshness { return latest.text }
        let figures = try await MetricsFigures(installation.database, at: now)
        var metrics = MetricsText()
        figures.write(to: &metrics, settings: settings)
        ProcessFigures.current?.write(to: &metrics)
        if let clock = installation.database.watch?.clock {
            metrics.add(
                "depesche_clock_ahead_seconds", .gauge,
                "By how much this machine's time of day is ahead of the database's.", [.init(clock.machineAhead)])
        }
        latest = (metrics.text, now)
        return metrics.text
    }
}

/// What the database counts.
struct MetricsFigures: Sendable {
    private let mails: [OutboxEntry.State: Int]
    private let oldest: TimeInterval
    private let outcomes: [String: Int]
    private let deliveries: [Delivery.State: Int]
    private let failingJobs: [String: TimeInterval]

    init(_ database: any Database, at now: Date) async throws {
        self = try await database.read { transaction in
            MetricsFigures(
                mails: try transaction.outbox.counts(),
                oldest: try transaction.outbox.oldestQueued().map { max(0, now.timeIntervalSince($0)) } ?? 0,
                outcomes: try transaction.outbox.outcomes(), deliveries: try transaction.deliveries.counts(),
                failingJobs: try transaction.ledger.failingJobs().mapValues { max(0, now.timeIntervalSince($0)) })
        }
    }

    init(
        mails: [OutboxEntry.State: Int], oldest: TimeInterval, outcomes: [String: Int],
        deliveries: [Delivery.State: Int], failingJobs: [String: TimeInterval]
    ) {
        self.mails = mails
        self.oldest = oldest
        self.outcomes = outcomes
        self.deliveries = deliveries
        self.failingJobs = failingJobs
    }

    func write(to metrics: inout MetricsText, settings: Settings) {
        // All states each time, so that a value of zero is told from one that is missing.
        metrics.add(
            "depesche_outbox_mails", .gauge, "Mails in the outbox by their state.",
            OutboxEntry.State.allCases.map { .init(Double(mails[$0] ?? 0), ("state", $0.rawValue)) })
        metrics.add(
            "depesche_outbox_oldest_queued_seconds", .gauge, "Age of the oldest mail that waits; 0 if none does.",
            [.init(oldest)])
        let names = Set(["handed-over", "deferred", "refused", "unknown"]).union(outcomes.keys)
        metrics.add(
            "depesche_mail_attempts_total", .counter, "Attempts at delivering a mail by their outcome.",
            names.sorted().map { .init(Double(outcomes[$0] ?? 0), ("outcome", $0)) })
        metrics.add(
            "depesche_deliveries", .gauge, "Deliveries by their state.",
            Delivery.State.allCases.map { .init(Double(deliveries[$0] ?? 0), ("state", $0.rawValue)) })
        let standings = settings.senderDomains.values
        metrics.add(
            "depesche_sender_domains", .gauge, "Sender domains by their state.",
            SenderDomain.State.allCases.map { state in
                .init(Double(standings.count { $0.state == state }), ("state", state.rawValue))
            })
        metrics.add(
            "depesche_jobs_failing", .gauge, "Scheduled jobs that failed last time.",
            [.init(Double(failingJobs.count))])
        metrics.add(
            "depesche_job_failing_seconds", .gauge, "For how long a scheduled job has been failing.",
            failingJobs.sorted { $0.key < $1.key }.map { .init($0.value, ("job", $0.key)) })
    }
}
