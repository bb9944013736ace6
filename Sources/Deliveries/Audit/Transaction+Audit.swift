import Foundation

extension Transaction {
    /// Notes what somebody did to a delivery or to one of its recipients.
    func audit<Entity>(
        _ action: AuditAction, _ target: Identifier<Entity>, by actor: AccountID?, origin: RequestOrigin, at now: Date
    ) throws {
        try ledger.append(action.record(by: actor, target: target.description, origin: origin, at: now))
    }
}
