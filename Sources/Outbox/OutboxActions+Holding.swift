public import Deliveries
import Foundation

/// Mail that an administrator holds. Mail that waits for its sender's domain is held, too, and has its own way out.
extension OutboxActions {
    /// Holds a row until an administrator releases it. An attempt under way goes on to its end, and counts if the mail
    /// got through.
    ///
    /// - Throws: `.notFound`; `.conflict` for one that does not wait and is not held for its sender's domain.
    public func hold(_ id: OutboxEntryID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let at = now()
        try await database.write { transaction in
            guard var entry = try transaction.outbox.entry(id) else { throw DeliveriesError(.notFound) }
            guard entry.state == .queued || (entry.state == .held && entry.heldFor != nil) else {
                throw DeliveriesError(.conflict)
            }
            entry.state = .held
            entry.heldFor = nil
            try transaction.outbox.update(entry)
            try transaction.ledger.append(
                AuditAction.outboxHeld.record(by: actor, target: "\(id)", origin: origin, at: at))
        }
    }

    /// Puts a row that an administrator held back into the queue, due at once. If its sender's domain is not in order
    /// then, it waits for that.
    ///
    /// - Throws: `.notFound`; `.conflict` for one that no administrator holds.
    public func release(_ id: OutboxEntryID, by actor: AccountID?, origin: RequestOrigin) async throws {
        let at = now()
        try await database.write { transaction in
            guard var entry = try transaction.outbox.entry(id) else { throw DeliveriesError(.notFound) }
            guard entry.isHeldByAdministrator else { throw DeliveriesError(.conflict) }
            entry.state = .queued
            entry.nextAttemptAt = at
            try transaction.outbox.update(entry)
            try transaction.ledger.append(
                AuditAction.outboxReleased.record(by: actor, target: "\(id)", origin: origin, at: at))
        }
        wakeUp.ringEagerly()
    }
}
