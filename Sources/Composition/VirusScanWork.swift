import Deliveries
import Foundation
import Logging
import ServiceLifecycle

/// Has files looked at for viruses as soon as they are there. Of its own beside the other scheduled work: a large file
/// takes minutes, and a small one shall not wait for anything else.
struct VirusScanWork: Service {
    /// How often it looks for new files; that costs one read.
    private static let interval: Duration = .milliseconds(500)

    private let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    func run() async throws {
        let job = VirusScanJob(installation.deliveries, scanner: installation.scanner)
        let housekeeping = Housekeeping(installation.deliveries, only: job)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if try await job.hasWork() { await housekeeping.runDue() }
                } catch {
                    installation.logger.failure("the virus scan failed", error)
                }
                // Nothing tells of a complete upload. Cut short only by the end of the server, which the loop sees.
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
