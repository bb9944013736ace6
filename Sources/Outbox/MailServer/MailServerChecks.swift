public import Deliveries
public import Foundation
public import Logging
public import MailMessage
public import Secrets
public import ServiceLifecycle

/// Checks of the built-in mail server under way and those that ended lately: a page starts one and looks how it does, so
/// that no request waits for DNS or for a server elsewhere. They are remembered in memory only.
public final class MailServerChecks: Service {
    /// The identifier of a check that was started.
    public typealias ID = Identifier<MailServerCheck>

    /// How it does.
    public enum State: Sendable {
        /// It is under way.
        case running
        /// It ended.
        case done(MailServerReport)
        /// It could not be carried out; the log says why.
        case broken
    }

    private let check: MailServerCheck
    private let random: any RandomSource
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let orders: AsyncStream<(ID, MailDomain?)>
    private let source: AsyncStream<(ID, MailDomain?)>.Continuation
    private let runs = RecentRuns<MailServerCheck, MailDomain?, State>(mostRunning: 4) {
        if case .running = $0 { true } else { false }
    }

    /// - Parameters:
    ///   - check: carries out a check.
    ///   - random: makes identifiers.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(
        check: MailServerCheck, random: any RandomSource, now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.check = check
        self.random = random
        self.now = now
        self.logger = logger
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts a check; throws `.busy` if too many are under way.
    ///
    /// - Parameter testDomain: whose mail server is knocked at; `nil`: that of the system sender's domain.
    public func start(testDomain: MailDomain?) throws -> ID {
        let id = ID(now: now(), random: random)
        try runs.begin(id, about: testDomain, state: .running)
        source.yield((id, testDomain))
        return id
    }

    /// How a check does, and which domain it was told; `nil` if there is no such, or none any more.
    public func state(of id: ID) -> (testDomain: MailDomain?, state: State)? {
        runs[id].map { ($0.about, $0.state) }
    }

    /// Carries out checks until the group shuts down; those under way are finished.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await (id, domain) in orders { group.addTask { await self.carryOut(id, domain) } }
            }
        } onGracefulShutdown: {
            self.source.finish()
        }
    }

    private func carryOut(_ id: ID, _ domain: MailDomain?) async {
        let state: State
        do {
            state = .done(try await check.run(testDomain: domain))
        } catch {
            logger.error("the mail server could not be checked", metadata: ["error": "\(error)"])
            state = .broken
        }
        runs.set(state, of: id)
    }
}
