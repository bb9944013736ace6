public import Foundation

/// An entry of the audit trail: who did what, from where. Never content, never a secret.
public struct AuditRecord: Equatable, Sendable {
    /// The number: ascending, 0 before it is stored.
    public let number: Int64
    /// When.
    public let at: Date
    /// Which account; `nil` for the system or a stranger.
    public let actor: AccountID?
    /// What was done, kebab-case, such as `user-disabled` or `local-mail-viewed`.
    public let action: String
    /// To what: an id, a key, an address.
    public let target: String
    /// From which address; empty for the command line.
    public let clientAddress: String

    /// An entry.
    public init(
        number: Int64 = 0, at: Date, actor: AccountID?, action: String, target: String, clientAddress: String
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.action = action
        self.target = target
        self.clientAddress = clientAddress
    }
}

/// A notice to a sender that gathers what happened to a delivery: the first at once, the rest in a summary.
public struct GatheredNotice: Equatable, Sendable {
    /// The delivery.
    public let delivery: DeliveryID
    /// The last event that a mail has told.
    public var toldUpTo: Int64
    /// When the next summary is due; `nil` if there is nothing to tell.
    public var dueAt: Date?

    /// A notice.
    public init(delivery: DeliveryID, toldUpTo: Int64, dueAt: Date?) {
        self.delivery = delivery
        self.toldUpTo = toldUpTo
        self.dueAt = dueAt
    }
}

/// Keeps scheduled work, throttles, gathered notices and the audit trail.
public protocol LedgerStore {
    /// Leases the named work if it is due and free; `false` otherwise. The first call makes it.
    func leaseJob(_ name: String, now: Date, until: Date) throws -> Bool
    /// Ends the lease and sets when the work is due again.
    func finishJob(_ name: String, nextAt: Date) throws

    /// Adds one to a throttle's counter and returns the count within the running window; a window that is over starts
    /// anew.
    func countThrottle(_ key: String, window: TimeInterval, now: Date) throws -> (count: Int, windowEnds: Date)
    /// The count without adding.
    func throttleCount(_ key: String, now: Date) throws -> (count: Int, windowEnds: Date)?
    /// Forgets a throttle: the right password came.
    func clearThrottle(_ key: String) throws
    /// Takes away windows that are over; returns how many.
    func removeThrottles(now: Date) throws -> Int

    /// The notice of a delivery.
    func notice(of delivery: DeliveryID) throws -> GatheredNotice?
    /// Stores a notice.
    func set(_ notice: GatheredNotice) throws
    /// Notices that are due.
    func dueNotices(now: Date, limit: Int) throws -> [GatheredNotice]

    /// Appends to the audit trail.
    func append(_ record: AuditRecord) throws
    /// The audit trail, newest first.
    func audit(offset: Int, limit: Int) throws -> [AuditRecord]
}
