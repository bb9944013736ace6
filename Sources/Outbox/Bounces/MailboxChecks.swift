public import Deliveries
public import Foundation
import IMAP
public import Localization
public import Logging
import MailTemplates
public import Secrets
public import ServiceLifecycle

/// Checks of the mailbox under way and those that ended lately: a page starts one and looks how it does, so that no
/// request waits for a mail server. They are remembered in memory only.
public final class MailboxChecks: Service {
    /// The identifier of a check that was started.
    public typealias ID = Identifier<MailboxCheck>

    /// What is done.
    public enum Order: Sendable, Equatable {
        /// The mailbox is tried out.
        case check
        /// A test mail is looked for, by its marker.
        case find(marker: String)
    }

    /// How it does.
    public enum State: Sendable {
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
    private let random: any RandomSource
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let orders: AsyncStream<(ID, Order)>
    private let source: AsyncStream<(ID, Order)>.Continuation
    private let runs = RecentRuns<MailboxCheck, Order, State>(mostRunning: 4) {
        if case .running = $0 { true } else { false }
    }

    /// - Parameters:
    ///   - check: carries out a check.
    ///   - settings: for what is said where the mailbox cannot be read.
    ///   - random: makes identifiers.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(
        check: MailboxCheck, settings: SettingsService, random: any RandomSource, now: @escaping @Sendable () -> Date,
        logger: Logger
    ) {
        self.check = check
        self.settings = settings
        self.random = random
        self.now = now
        self.logger = logger
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts a check; throws `.busy` if too many are under way.
    public func start(_ order: Order) throws -> ID {
        let id = ID(now: now(), random: random)
        try runs.begin(id, about: order, state: .running)
        source.yield((id, order))
        return id
    }

    /// How a check does; `nil` if there is no such, or none any more.
    public func state(of id: ID) -> State? { runs[id]?.state }

    /// Carries out checks until the group shuts down; those under way are finished.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await (id, order) in orders { group.addTask { await self.carryOut(id, order) } }
            }
        } onGracefulShutdown: {
            self.source.finish()
        }
    }

    private func carryOut(_ id: ID, _ order: Order) async {
        runs.set(await outcome(of: order), of: id)
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
