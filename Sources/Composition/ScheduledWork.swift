import Deliveries
import Foundation
import Outbox
import ServiceLifecycle

/// Runs the scheduled work: expiry, removal, reminders, gathered notices, checksums, sweeps. Each is a leased row in the
/// database, so that of several nodes one does it; this loop only looks often enough. Each node writes down what it gathered
/// in memory.
struct ScheduledWork: Service {
    /// Traces of visits are gathered in memory for about this long, seconds.
    private static let longestWait: Double = 1
    /// Counts of TLS sessions are written down about this often, seconds.
    private static let countInterval: Double = 60
    private let installation: Installation
    private let runsJobs: Bool

    /// - Parameters:
    ///   - installation: whose work it is.
    ///   - runsJobs: whether more is done than writing down what this node gathered.
    init(_ installation: Installation, runsJobs: Bool) {
        self.installation = installation
        self.runsJobs = runsJobs
    }

    func run() async throws {
        let housekeeping = Housekeeping(
            installation.deliveries,
            further: [
                BounceMailboxJob(
                    installation.deliveries, mailbox: installation.bounceMailbox,
                    intake: installation.returnPathIntake),
                DailySummaryJob(installation.deliveries, certificates: installation.serverCertificates),
                CertificateEndJob(installation.deliveries, certificates: installation.serverCertificates),
                DomainCheckJob(installation.domains), KeyRotationJob(installation.domains),
                TLSReportJob(
                    database: installation.database, settings: installation.settings, spool: installation.spool,
                    resolver: installation.dns.resolver, poster: LiveReportPoster(https: installation.https)),
            ])
        await cancelWhenGracefulShutdown {
            var countedAt = installation.now()
            while !Task.isCancelled {
                // Before the jobs: the reports on TLS want all counts of a day.
                if installation.now().timeIntervalSince(countedAt) >= Self.countInterval {
                    countedAt = installation.now()
                    await installation.tlsSessions.flush()
                }
                let next = runsJobs ? await housekeeping.runDue() : .distantFuture
                try? await installation.traces.flush()
                let wait = min(max(next.timeIntervalSince(installation.now()), 0.5), Self.longestWait)
                try? await Task.sleep(for: .seconds(wait))
            }
        }
    }
}
