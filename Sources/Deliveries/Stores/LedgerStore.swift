public import Foundation

/// An entry of the audit trail: who did what, from where. Never content, never a secret.
public struct AuditRecord: Equatable, Sendable {
    /// The number: ascending, 0 before it is stored.
    public let number: Int64
    /// When.
    public let at: Date
    /// Which account; `nil` for the system or a stranger.
    public let actor: AccountID?
    /// What stands for the account once its time to be named was over.
    public let pseudonym: String?
    /// What was done, kebab-case, such as `user-disabled` or `local-mail-viewed`.
    public let action: String
    /// To what: an id, a key, an address.
    public let target: String
    /// From which address; empty for the command line.
    public let clientAddress: String

    /// An entry.
    public init(
        number: Int64 = 0, at: Date, actor: AccountID?, pseudonym: String? = nil, action: String, target: String,
        clientAddress: String
    ) {
        self.pseudonym = pseudonym
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
    /// Ends the lease, sets when the work is due again, and notes whether it failed.
    ///
    /// - Parameter failedAt: when it failed; `nil` if it succeeded.
    func finishJob(_ name: String, nextAt: Date, failedAt: Date?) throws
    /// The names of work that failed last time, each with when that began.
    func failingJobs() throws -> [String: Date]

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

    /// Appends to the audit trail, tied to the entry before.
    func append(_ record: AuditRecord) throws
    /// The audit trail, newest first.
    func audit(offset: Int, limit: Int) throws -> [AuditRecord]
    /// Entries that match, newest first.
    ///
    /// - Parameter before: only those with smaller numbers; nil: all.
    func audit(matching: AuditFilter, before: Int64?, offset: Int, limit: Int) throws -> [AuditRecord]
    /// How many match.
    func auditCount(matching: AuditFilter) throws -> Int
    /// Gives entries of an older database their place in the chain, and does nothing where there is one.
    func adoptAudit(at now: Date) throws
    /// Entries as they are stored, with numbers above one, oldest first.
    func chainedAudit(after number: Int64, limit: Int) throws -> [ChainedAuditRecord]
    /// The greatest number in the audit trail; 0 if it is empty.
    func lastAuditNumber() throws -> Int64
    /// The greatest number of an entry before which all are older; nil if there is none.
    func lastAuditNumber(before: Date) throws -> Int64?
    /// A mark of the chain.
    func auditMark(_ name: AuditMark.Name) throws -> AuditMark?
    /// Stores a mark of the chain.
    func set(_ mark: AuditMark) throws
    /// Stores all but the action and the time of an entry: what ties it to the one before, or what replaced its personal
    /// fields.
    func store(_ entry: ChainedAuditRecord) throws
    /// Removes the oldest entries, up to a number.
    func removeAudit(upTo number: Int64) throws
}
