public import Foundation
public import MailTemplates

/// Which rows of the outbox a list shows.
public struct OutboxFilter: Equatable, Sendable {
    /// The states; `nil`: all.
    public var states: [OutboxEntry.State]?
    /// A part of the recipient's address; empty: all.
    public var search: String
    /// One delivery's.
    public var delivery: DeliveryID?

    /// A filter.
    public init(states: [OutboxEntry.State]? = nil, search: String = "", delivery: DeliveryID? = nil) {
        self.states = states
        self.search = search
        self.delivery = delivery
    }
}

/// Keeps mail that must leave.
public protocol OutboxStore {
    /// Adds rows.
    func insert(_ entries: [OutboxEntry]) throws
    /// Leases up to `limit` rows that are queued, due and free, urgent ones first, then by due time. Each comes back
    /// with `leasedUntil` set.
    func lease(now: Date, until: Date, limit: Int) throws -> [OutboxEntry]
    /// Stores all that can change of a row. An empty `sealedMail` leaves the stored mail as it is: rows from
    /// `newestEntries`, `newestEntry` and `cancel` come without it.
    func update(_ entry: OutboxEntry) throws
    /// The row of that name.
    func entry(_ id: OutboxEntryID) throws -> OutboxEntry?
    /// Rows, newest first.
    func entries(_ filter: OutboxFilter, offset: Int, limit: Int) throws -> [OutboxEntry]
    /// How many match.
    func entryCount(_ filter: OutboxFilter) throws -> Int
    /// How many are in each state.
    func counts() throws -> [OutboxEntry.State: Int]
    /// The newest row of that kind for each recipient of a delivery: their sending status.
    func newestEntries(of delivery: DeliveryID, kind: MailKind) throws -> [RecipientID: OutboxEntry]
    /// The newest row of that kind for one recipient.
    func newestEntry(of recipient: RecipientID, kind: MailKind) throws -> OutboxEntry?
    /// When the next queued row falls due.
    func nextDue() throws -> Date?
    /// The oldest queued row's time.
    func oldestQueued() throws -> Date?
    /// Cancels all rows to recipients of a delivery (one recipient, or all) that are not final; returns them.
    func cancel(delivery: DeliveryID, recipient: RecipientID?, at: Date) throws -> [OutboxEntry]
    /// Moves all rows of a state to another (`local` to `queued` or `cancelled`); returns how many.
    func moveAll(from: OutboxEntry.State, to: OutboxEntry.State, at: Date) throws -> Int
    /// Adds an attempt.
    func insert(_ attempt: OutboxAttempt) throws
    /// Stores the outcome of an attempt.
    func update(_ attempt: OutboxAttempt) throws
    /// All attempts of a row in their order.
    func attempts(of entry: OutboxEntryID) throws -> [OutboxAttempt]
    /// Empties mails of final rows and conversations older than that; returns how many.
    func forgetContent(before: Date) throws -> Int
}
