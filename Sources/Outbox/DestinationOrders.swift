public import Deliveries
public import Foundation
public import Logging
public import Secrets
public import ServiceLifecycle

/// Orders about all mail to a destination, under way and ended lately: a page starts one and looks how it does, so that
/// no request waits for a million rows.
///
/// They are remembered in memory only. One that a stop of the server cuts off has done its part; what is left shows in
/// the list, and the order can be given again.
public final class DestinationOrders: Service {
    /// The identifier of an order.
    public typealias ID = Identifier<DestinationOrder>

    /// How it does.
    public enum State: Sendable, Equatable {
        /// It is under way; so many rows are changed.
        case running(Int)
        /// It ended; so many rows were changed.
        case done(Int)
        /// It could not be carried out to its end; the log says why.
        case broken
    }

    private let outbox: OutboxActions
    private let random: any RandomSource
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let orders: AsyncStream<(ID, DestinationOrder)>
    private let source: AsyncStream<(ID, DestinationOrder)>.Continuation
    private let runs = RecentRuns<DestinationOrder, DestinationOrder, State>(mostRunning: 4) {
        if case .running = $0 { true } else { false }
    }

    /// - Parameters:
    ///   - outbox: carries out an order.
    ///   - random: makes identifiers.
    ///   - now: the clock.
    ///   - logger: the log.
    public init(
        outbox: OutboxActions, random: any RandomSource, now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.outbox = outbox
        self.random = random
        self.now = now
        self.logger = logger
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts an order and notes it in the audit trail.
    ///
    /// - Throws: `.busy` if too many are under way.
    public func start(_ order: DestinationOrder, by actor: AccountID?, origin: RequestOrigin) async throws -> ID {
        try await outbox.note(order, by: actor, origin: origin)
        let id = ID(now: now(), random: random)
        try runs.begin(id, about: order, state: .running(0))
        source.yield((id, order))
        return id
    }

    /// An order and how it does; `nil` if there is no such, or none any more.
    public func state(of id: ID) -> (order: DestinationOrder, state: State)? {
        runs[id].map { ($0.about, $0.state) }
    }

    /// Carries out orders, one after the other, until the group shuts down; the one under way ends with its part.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await (id, order) in self.orders { await self.carryOut(id, order) }
        }
    }

    private func carryOut(_ id: ID, _ order: DestinationOrder) async {
        let state: State
        do {
            let count = try await outbox.carryOut(order) { self.runs.set(.running($0), of: id) }
            state = .done(count)
        } catch {
            logger.error(
                "an order about a destination ended early",
                metadata: ["action": "\(order.action.rawValue)", "error": "\(error)"])
            state = .broken
        }
        runs.set(state, of: id)
    }
}
