public import Deliveries
public import Localization
import Logging
public import MailMessage
public import ServiceLifecycle

/// Test mails under way and those that ended lately: a page starts one and looks how it does, so that no request waits
/// for a mail server. Each test is a row of the outbox besides, with its attempts and conversations.
public final class MailTestRuns: Service {
    /// How a test does.
    public enum State: Sendable, Codable {
        /// It is under way.
        case running(to: EmailAddress)
        /// It ended.
        case done(MailTest.Report)
        /// It could not be carried out; the log says why.
        case broken
    }

    private struct Order: Sendable {
        let id: RunID
        let to: EmailAddress
        let author: Account
        let language: Language
    }

    private let test: MailTest
    private let logger: Logger
    private let orders: AsyncStream<Order>
    private let source: AsyncStream<Order>.Continuation
    private let runs: RecentRuns<AccountID, State>

    /// - Parameters:
    ///   - test: carries out a test.
    ///   - parts: where it is remembered how they do.
    public init(test: MailTest, parts: DeliveryParts) {
        self.test = test
        logger = parts.log
        runs = RecentRuns(kind: "mail-test", mostRunning: 8, lost: .broken, parts: parts)
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts a test; throws `.busy` if too many are under way.
    ///
    /// - Parameters:
    ///   - to: any address, also outside.
    ///   - author: in whose name, and who may look at it.
    ///   - language: the mail's language.
    public func start(to: EmailAddress, author: Account, language: Language) async throws -> RunID {
        let id = try await runs.begin(about: author.id, state: .running(to: to))
        source.yield(Order(id: id, to: to, author: author, language: language))
        return id
    }

    /// How an account's test does; `nil` if there is no such, or none any more.
    public func state(of id: RunID, for account: AccountID) async throws -> State? {
        try await runs.state(of: id).flatMap { $0.about == account ? $0.state : nil }
    }

    /// Carries out tests until the group shuts down; those under way are finished.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await order in orders {
                    group.addTask { await self.runs.carryOut(order.id) { _ in await self.carryOut(order) } }
                }
            }
        } onGracefulShutdown: {
            self.source.finish()
        }
    }

    private func carryOut(_ order: Order) async -> State {
        do {
            return .done(try await test.run(to: order.to, author: order.author, language: order.language))
        } catch {
            logger.error("a test mail could not be carried out", metadata: ["error": "\(error)"])
            return .broken
        }
    }
}
