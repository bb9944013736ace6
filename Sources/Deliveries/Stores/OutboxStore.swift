public import Foundation
public import MailMessage
public import MailTemplates

/// Which rows of the outbox a list shows.
public struct OutboxFilter: Equatable, Sendable {
    /// The states; `nil`: all.
    public var states: [OutboxEntry.State]?
    /// A part of the recipient's address; empty: all.
    public var search: String
    /// One delivery's.
    public var delivery: DeliveryID?
    /// What is held for one sender domain.
    public var heldFor: MailDomain?
    /// One destination's, as A-labels in lower case.
    public var destination: String?
    /// What was put in before then.
    public var createdBefore: Date?

    /// A filter.
    public init(
        states: [OutboxEntry.State]? = nil, search: String = "", delivery: DeliveryID? = nil,
        heldFor: MailDomain? = nil, destination: String? = nil, createdBefore: Date? = nil
    ) {
        self.states = states
        self.search = search
        self.delivery = delivery
        self.heldFor = heldFor
        self.destination = destination
        self.createdBefore = createdBefore
    }
}

/// Keeps mail that must leave.
public protocol OutboxStore {
    /// Adds rows.
    func insert(_ entries: [OutboxEntry]) throws
    /// Leases up to `limit` rows that are queued, due and free, urgent ones first, then by due time. Each comes back
    /// with `leasedUntil` set.
    func lease(now: Date, until: Date, limit: Int) throws -> [OutboxEntry]
    /// The same for mail to one destination.
    func lease(destination: String, now: Date, until: Date, limit: Int) throws -> [OutboxEntry]
    /// Destinations that have rows which are queued, due and free, in their order.
    ///
    /// - Parameters:
    ///   - after: the one behind which the list begins; empty for the beginning.
    ///   - now: the time.
    ///   - limit: how many at most.
    func dueDestinations(after: String, now: Date, limit: Int) throws -> [String]
    /// Stores all that can change of a row. An empty `sealedMail` leaves the stored mail as it is: rows from
    /// `newestEntries`, `newestEntry` and `cancel` come without it.
    func update(_ entry: OutboxEntry) throws
    /// Stores what the beginning of an attempt changes: its count, the next attempt, lease, From and the reason for it.
    ///
    /// - Returns: false, and nothing is stored, if the row is not queued any more or has had another attempt meanwhile.
    func noteBeginning(_ entry: OutboxEntry) throws -> Bool
    /// Stores what the end of an attempt changes: state, next attempt, answer, and how it travelled; the lease is over.
    ///
    /// - Returns: false, and nothing is stored, if the row is not queued any more or has had another attempt meanwhile.
    func noteEnd(_ entry: OutboxEntry) throws -> Bool
    /// Notes that the final dot of a queued row is about to be sent.
    ///
    /// - Parameter attempt: the number of the attempt that sends it.
    /// - Returns: false if the row is not queued any more or another attempt has begun meanwhile.
    func noteDot(_ id: OutboxEntryID, attempt: Int, at: Date) throws -> Bool
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
    /// When the next queued row falls due that is not due yet.
    func nextDue(after: Date) throws -> Date?
    /// When the next queued row falls due.
    func nextDue() throws -> Date?
    /// The oldest queued row's time.
    func oldestQueued() throws -> Date?
    /// Cancels mails of those kinds to an address that have not left, for good; returns how many.
    func cancel(_ kinds: [MailKind], to address: EmailAddress, at: Date) throws -> Int
    /// Cancels all rows to recipients of a delivery (one recipient, or all) that are not final; returns them.
    func cancel(delivery: DeliveryID, recipient: RecipientID?, at: Date) throws -> [OutboxEntry]
    /// Moves all rows of a state to another (`local` to `queued` or `cancelled`); returns how many.
    func moveAll(from: OutboxEntry.State, to: OutboxEntry.State, at: Date) throws -> Int
    /// Puts all rows that are held for a sender domain back into the queue, due at once; returns how many.
    ///
    /// - Parameter isReleased: whether an administrator released them: then the system sender steps in where the domain
    ///   is still not in order.
    func release(heldFor domain: MailDomain, isReleased: Bool, at: Date) throws -> Int
    /// Destinations that mail waits for, is held for, or failed for: those with the most waiting first.
    ///
    /// - Parameter failedSince: older failures do not count.
    func destinations(failedSince: Date, offset: Int, limit: Int) throws -> [DestinationState]
    /// How many destinations ``destinations(failedSince:offset:limit:)`` lists.
    func destinationCount(failedSince: Date) throws -> Int
    /// Rows to a destination that are in a state, in their order.
    ///
    /// - Parameters:
    ///   - after: the one behind which the list begins.
    ///   - before: what was put in then or later is left out.
    func rows(
        to destination: String, state: OutboxEntry.State, after: OutboxEntryID?, before: Date, limit: Int
    ) throws -> [OutboxEntryID]
    /// Holds those of the rows that are queued until an administrator releases them; returns how many. An attempt under
    /// way goes on to its end.
    func hold(_ rows: [OutboxEntryID]) throws -> Int
    /// Puts those of the rows that an administrator holds back into the queue, due at once; returns how many.
    func release(_ rows: [OutboxEntryID], at: Date) throws -> Int
    /// Makes those of the rows that are queued and free due at once; returns how many.
    func hasten(_ rows: [OutboxEntryID], at: Date) throws -> Int
    /// Adds an attempt.
    func insert(_ attempt: OutboxAttempt) throws
    /// Stores the outcome of an attempt, and counts it in the hour when it ended.
    func update(_ attempt: OutboxAttempt) throws
    /// Counts, in the hour when it came back, a mail that had been taken over: outcome `returned`.
    func countReturned(_ entry: OutboxEntryID, at: Date) throws
    /// How many attempts had which outcome, hour by hour from that of a moment on, oldest first. Hours and outcomes
    /// without any are left out.
    func hours(since: Date) throws -> [MailHour]
    /// How many attempts ever had which outcome; never falls.
    func outcomes() throws -> [String: Int]
    /// All attempts of a row in their order.
    func attempts(of entry: OutboxEntryID) throws -> [OutboxAttempt]
    /// Empties mails of final rows and conversations older than that; returns how many.
    func forgetContent(before: Date) throws -> Int
}
