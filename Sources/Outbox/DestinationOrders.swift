public import Deliveries
import Logging
public import ServiceLifecycle

/// Orders about all mail to a destination, under way and ended lately: a page starts one and looks how it does, so that
/// no request waits for a million rows.
///
/// One that a stop of the server cuts off has done its part; what is left shows in the list, and the order can be given
/// again.
public final class DestinationOrders: Service {
    /// How it does.
    public enum State: Sendable, Equatable, Codable {
        /// It is under way; so many rows are changed.
        case running(Int)
        /// It ended; so many rows were changed.
        case done(Int)
        /// It could not be carried out to its end; the log says why.
        case broken
    }

    private let outbox: OutboxActions
    private let logger: Logger
    private let orders: AsyncStream<(RunID, DestinationOrder)>
    private let source: AsyncStream<(RunID, DestinationOrder)>.Continuation
    private let runs: RecentRuns<DestinationOrder, State>

    /// - Parameters:
    ///   - outbox: carries out an order.
    ///   - parts: where it is remembered how they do.
    public init(outbox: OutboxActions, parts: DeliveryParts) {
        self.outbox = outbox
        logger = parts.log
        runs = RecentRuns(kind: "destination-order", mostRunning: 4, lost: .broken, parts: parts)
        (orders, source) = AsyncStream.makeStream()
    }

    /// Starts an order and notes it in the audit trail.
    ///
    /// - Throws: `.busy` if too many are under way.
    public func start(_ order: DestinationOrder, by actor: AccountID?, origin: RequestOrigin) async throws -> RunID {
        try await outbox.note(order, by: actor, origin: origin)
        let id = try await runs.begin(about: order, state: .running(0))
        source.yield((id, order))
        return id
    }

    /// An order and how it does; `nil` if there is no such, or none any more.
    public func state(of id: RunID) async throws -> (order: DestinationOrder, state: State)? {
        try await runs.state(of: id).map { ($0.about, $0.state) }
    }

    /// Carries out orders, one after the other, until the group shuts down; the one under way ends with its part.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await (id, order) in self.orders {
                await self.runs.carryOut(id) { tell in await self.carryOut(order) { tell(.running($0)) } }
            }
        }
    }

    private func carryOut(_ order: DestinationOrder, progress: @Sendable (Int) -> Void) async -> State {
        do {
            return .done(try await outbox.carryOut(order, progress: progress))
        } catch {
            logger.error(
                "an order about a destination ended early",
                metadata: ["action": "\(order.action.rawValue)", "error": "\(error)"])
            return .broken
        }
    }
}
