public import Deliveries
public import Foundation
public import Localization
public import Logging
public import MailMessage
public import Secrets
public import ServiceLifecycle

/// Test mails under way and those that ended lately: a page starts one and looks how it does, so that no request waits
/// for a mail server.
///
/// They are remembered in memory only; each test is a row of the outbox besides, with its attempts and conversations.
public final class MailTestRuns: Service {
    /// The identifier of a test that was started.
    public typealias ID = Identifier<MailTest>

    /// How a test does.
    public enum State: Sendable {
        /// It is under way.
        case running(to: EmailAddress)
        /// It ended.
        case done(MailTest.Report)
        /// It could not be carried out; the log says why.
        case broken
    }

    private struct Order: Sendable {
        let id: ID
        let to: EmailAddress
        let author: Account
        let language: Language
    }

    private let test: MailTest
    private let random: any RandomSource
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let orders: AsyncStream<Order>
    private let source: AsyncStream<Order>.Continuation
    private let runs = RecentRuns<MailTest, AccountID, State>(mostRunning: 8) {
        if case .running = $0 { true } else { false }
    }

    /// - Parameters:
    ///   - test: carries out a test.
    ///   - random: makes identifiers.
    ///   - now: the clock.
    public init(test: MailTest, random: any RandomSource, now: @escaping @Sendable () -> Date, logger: Logger) {
        self.test = test
        self.random = random
        self.now = now
        self.logger = logger
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts a test; throws `.busy` if too many are under way.
    ///
    /// - Parameters:
    ///   - to: any address, also outside.
    ///   - author: in whose name, and who may look at it.
    ///   - language: the mail's language.
    public func start(to: EmailAddress, author: Account, language: Language) throws -> ID {
        let id = ID(now: now(), random: random)
        try runs.begin(id, about: author.id, state: .running(to: to))
        source.yield(Order(id: id, to: to, author: author, language: language))
        return id
    }

    /// How an account's test does; `nil` if there is no such, or none any more.
    public func state(of id: ID, for account: AccountID) -> State? {
        runs[id].flatMap { $0.about == account ? $0.state : nil }
    }

    /// Carries out tests until the group shuts down; those under way are finished.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await order in orders { group.addTask { await self.carryOut(order) } }
            }
        } onGracefulShutdown: {
            self.source.finish()
        }
    }

    private func carryOut(_ order: Order) async {
        let state: State
        do {
            state = .done(try await test.run(to: order.to, author: order.author, language: order.language))
        } catch {
            logger.error("a test mail could not be carried out", metadata: ["error": "\(error)"])
            state = .broken
        }
        runs.set(state, of: order.id)
    }
}
