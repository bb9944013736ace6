import Deliveries
import Foundation
import MailMessage
import Synchronization

@testable import Composition
@testable import Outbox

/// A way out that takes all mail, and remembers it.
final class TakingRoute: OutgoingRoute {
    /// What an installation needs that sends by it.
    static let settings = [
        "smtp.host": "mail.kunde.example", "smtp.home-domains": "kunde.example",
        "mail.system-sender": "depesche@kunde.example", "mail.route": "smtp",
    ]

    let taken = Mutex<[String]>([])
    var pacing: (any DestinationPacing)? { nil }
    private let meanwhile: @Sendable () async throws -> Void

    /// - Parameter meanwhile: what happens between the begin of an attempt and its final dot.
    init(meanwhile: @escaping @Sendable () async throws -> Void = {}) {
        self.meanwhile = meanwhile
    }

    func send(
        to recipient: EmailAddress, protection: StoredMessage.Protection, settings: Settings, isInteractive: Bool,
        start: @escaping @Sendable () async throws(RouteStop) -> OutboundMessage,
        beforeDot: @escaping @Sendable () async throws -> Void
    ) async -> RouteOutcome {
        do throws(RouteStop) { _ = try await start() } catch { return error.outcome }
        do {
            try await meanwhile()
            try await beforeDot()
        } catch {
            return RouteOutcome(.cancelled)
        }
        taken.withLock { $0.append(recipient.wireForm) }
        return RouteOutcome(.handedOver(answer: "250 2.0.0 Ok"))
    }

    func shutDown() async {}

    /// Attempts of a node that go this way.
    func attempt(of node: Installation) -> MailAttempt {
        let known = node.attempt
        return MailAttempt(
            database: node.database, keyRing: node.keyRing, composer: known.composer, preparation: known.preparation,
            routes: OutgoingRoutes([.smtp: self]), outcomes: known.outcomes, messages: known.messages,
            changes: known.changes, now: node.now, jitter: { 0 }, logger: node.logger)
    }

    /// A worker of a node whose mail goes this way.
    func worker(of node: Installation) -> OutboxWorker {
        OutboxWorker(
            database: node.database, settings: node.settings, attempt: attempt(of: node),
            routes: OutgoingRoutes([.smtp: self]), wakeUp: node.wakeUp, now: node.now, logger: node.logger)
    }
}
