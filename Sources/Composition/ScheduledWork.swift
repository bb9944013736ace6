import Deliveries
import Foundation
import ServiceLifecycle

/// Runs the scheduled work: expiry, removal, reminders, gathered notices, checksums, sweeps. Each is a leased row in the
/// database; this loop only looks often enough.
struct ScheduledWork: Service {
    /// Traces of visits are gathered in memory for about this long, seconds.
    private static let longestWait: Double = 1
    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func run() async throws {
        let housekeeping = Housekeeping(installation.deliveries)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let next = await housekeeping.runDue()
                try? await installation.traces.flush()
                let wait = min(max(next.timeIntervalSince(installation.now()), 0.5), Self.longestWait)
                try? await Task.sleep(for: .seconds(wait))
            }
        }
    }
}
