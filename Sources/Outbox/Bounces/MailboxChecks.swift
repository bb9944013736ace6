public import Deliveries
import IMAP
public import Localization
import Logging
import MailTemplates
public import ServiceLifecycle

/// Checks of the mailbox under way and those that ended lately: a page starts one and looks how it does, so that no
/// request waits for a mail server.
public final class MailboxChecks: Service {
    /// What is done.
    public enum Order: Sendable, Equatable, Codable {
        /// The mailbox is tried out.
        case check
        /// A test mail is looked for, by its marker.
        case find(marker: String)
    }

    /// How it does.
    public enum State: Sendable, Codable {
        /// It is under way.
        case running
        /// The mailbox was tried out.
        case checked(MailboxCheck.Report)
        /// The test mail is there.
        case found(ReturnedTestMail)
        /// It is not there, or not yet.
        case notFound
        /// The mailbox cannot be read: what to change, in plain words.
        case unreadable(Phrase)
        /// It could not be carried out; the log says why.
        case broken
    }

    private let check: MailboxCheck
    private let settings: SettingsService
    private let logger: Logger
    private let orders: AsyncStream<(RunID, Order)>
    private let source: AsyncStream<(RunID, Order)>.Continuation
    private let runs: RecentRuns<Order, State>

    /// - Parameters:
    ///   - check: carries out a check.
    ///   - parts: where it is remembered how they do.
    public init(check: MailboxCheck, parts: DeliveryParts) {
        self.check = check
        settings = parts.settings
        logger = parts.log
        runs = RecentRuns(kind: "mailbox-check", mostRunning: 4, lost: .broken, parts: parts)
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts a check; throws `.busy` if too many are under way.
    public func start(_ order: Order) async throws -> RunID {
        let id = try await runs.begin(about: order, state: .running)
        source.yield((id, order))
        return id
    }

    /// How a check does; `nil` if there is no such, or none any more.
    public func state(of id: RunID) async throws -> State? { try await runs.state(of: id)?.state }

    /// Carries out checks until the group shuts down; those under way are finished.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await (id, order) in orders {
                    group.addTask { await self.runs.carryOut(id) { _ in await self.outcome(of: order) } }
                }
            }
        } onGracefulShutdown: {
            self.source.finish()
        }
    }

    private func outcome(of order: Order) async -> State {
        do {
            switch order {
            case .check: return .checked(try await check.run())
            case .find(let marker): return try await check.find(marker: marker).map { .found($0) } ?? .notFound
            }
        } catch let failure as IMAPFailure {
            guard let current = try? await settings.current() else { return .broken }
            return .unreadable(MailboxCheck.advice(failure, current))
        } catch {
            logger.error("a mailbox could not be checked", metadata: ["error": "\(error)"])
            return .broken
        }
    }
}
