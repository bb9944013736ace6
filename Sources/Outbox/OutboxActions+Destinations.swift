public import Deliveries
public import Foundation
import MailMessage

/// The outbox by destination.
extension OutboxActions {
    /// For how long a failure counts among those of a destination, seconds.
    public static let failureMemory: TimeInterval = 30 * 86_400
    /// How many rows one transaction changes: others wait for it no longer than for a disk.
    private static let batch = 200

    /// Destinations that mail waits for, is held for, or failed for within ``failureMemory``, those with the most
    /// waiting first; and how many there are.
    public func destinations(offset: Int, limit: Int) async throws -> ([DestinationState], total: Int) {
        let since = now().addingTimeInterval(-Self.failureMemory)
        return try await database.read { transaction in
            (
                try transaction.outbox.destinations(failedSince: since, offset: offset, limit: limit),
                try transaction.outbox.destinationCount(failedSince: since)
            )
        }
    }

    /// Notes an order in the audit trail, before it is carried out: what was begun stands there, whatever comes.
    public func note(_ order: DestinationOrder, by actor: AccountID?, origin: RequestOrigin) async throws {
        let at = now()
        try await database.write { transaction in
            try transaction.ledger.append(
                order.action.audit.record(by: actor, target: order.destination.ascii, origin: origin, at: at))
        }
    }

    /// Carries out an order, some rows at a time, so that nobody waits long for the database. It walks through what is
    /// there now, each row once: what comes in meanwhile, or fails again at once, is not among it.
    ///
    /// - Parameter progress: told after each part how many rows were changed so far.
    /// - Returns: how many rows were changed.
    public func carryOut(
        _ order: DestinationOrder, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Int {
        let at = now()
        var count = 0
        for state in order.action.states {
            var last: OutboxEntryID?
            while true {
                try Task.checkCancellation()
                let after = last
                let (rows, changed) = try await database.write { transaction in
                    let rows = try transaction.outbox.rows(
                        to: order.destination.ascii, state: state, after: after, before: at.addingTimeInterval(0.001),
                        limit: Self.batch)
                    return (rows, try carryOut(order.action, on: rows, at: at, in: transaction))
                }
                count += changed
                progress(count)
                guard let next = rows.last else { break }
                last = next
            }
        }
        if order.action == .release || order.action == .retry { wakeUp.ringEagerly() }
        return count
    }

    private func carryOut(
        _ action: DestinationOrder.Action, on rows: [OutboxEntryID], at: Date, in transaction: any Transaction
    ) throws -> Int {
        switch action {
        case .hold: try transaction.outbox.hold(rows)
        case .release: try transaction.outbox.release(rows, at: at)
        case .retry: try transaction.outbox.hasten(rows, at: at)
        case .cancel: try rows.count { try cancel($0, at: at, in: transaction) }
        }
    }

    /// Gives a row up and tells its delivery.
    ///
    /// - Returns: false for one that is done.
    private func cancel(_ id: OutboxEntryID, at: Date, in transaction: any Transaction) throws -> Bool {
        guard var entry = try transaction.outbox.entry(id), !entry.state.isFinal else { return false }
        entry.sealedMail = Data()
        entry.state = .cancelled
        entry.finishedAt = at
        try transaction.outbox.update(entry)
        if let message = entry.message { try transaction.messages.removeChunksIfFinished(of: message) }
        try outcomes.record(.cancelled, of: entry, in: transaction, at: at)
        return true
    }

    /// How many attempts had which outcome, hour by hour since a moment.
    public func hours(since: Date) async throws -> [MailHour] {
        try await database.read { try $0.outbox.hours(since: since) }
    }
}
