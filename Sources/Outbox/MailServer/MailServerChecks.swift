public import Deliveries
import Logging
public import MailMessage
public import ServiceLifecycle

/// Checks of the built-in mail server under way and those that ended lately: a page starts one and looks how it does, so
/// that no request waits for DNS or for a server elsewhere.
public final class MailServerChecks: Service {
    /// How it does.
    public enum State: Sendable, Codable {
        /// It is under way.
        case running
        /// It ended.
        case done(MailServerReport)
        /// It could not be carried out; the log says why.
        case broken
    }

    private let check: MailServerCheck
    private let logger: Logger
    private let orders: AsyncStream<(RunID, MailDomain?)>
    private let source: AsyncStream<(RunID, MailDomain?)>.Continuation
    private let runs: RecentRuns<MailDomain?, State>

    /// - Parameters:
    ///   - check: carries out a check.
    ///   - parts: where it is remembered how they do.
    public init(check: MailServerCheck, parts: DeliveryParts) {
        self.check = check
        logger = parts.log
        runs = RecentRuns(kind: "mail-server-check", mostRunning: 4, lost: .broken, parts: parts)
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts a check; throws `.busy` if too many are under way.
    ///
    /// - Parameter testDomain: whose mail server is knocked at; `nil`: that of the system sender's domain.
    public func start(testDomain: MailDomain?) async throws -> RunID {
        let id = try await runs.begin(about: testDomain, state: .running)
        source.yield((id, testDomain))
        return id
    }

    /// How a check does, and which domain it was told; `nil` if there is no such, or none any more.
    public func state(of id: RunID) async throws -> (testDomain: MailDomain?, state: State)? {
        try await runs.state(of: id).map { ($0.about, $0.state) }
    }

    /// Carries out checks until the group shuts down; those under way are finished.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await (id, domain) in orders {
                    group.addTask { await self.runs.carryOut(id) { _ in await self.carryOut(domain) } }
                }
            }
        } onGracefulShutdown: {
            self.source.finish()
        }
    }

    private func carryOut(_ domain: MailDomain?) async -> State {
        do {
            return .done(try await check.run(testDomain: domain))
        } catch {
            logger.error("the mail server could not be checked", metadata: ["error": "\(error)"])
            return .broken
        }
    }
}
