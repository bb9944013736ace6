public import Foundation

/// How much something is: pieces of it, and the octets of the files that belong to it.
public struct CleanUpAmount: Equatable, Sendable {
    /// How many.
    public let count: Int
    /// The sum of the sizes of their files, octets; 0 where there are none.
    public let octets: Int64

    /// An amount.
    public init(count: Int, octets: Int64 = 0) {
        self.count = count
        self.octets = octets
    }
}

/// A delivery whose files will be removed.
public struct ComingRemoval: Equatable, Sendable {
    /// The delivery.
    public let delivery: DeliveryID
    /// How it stands now.
    public let state: Delivery.State
    /// Its sender.
    public let sender: AccountID
    /// When its files are removed.
    public let at: Date
    /// How many files it has.
    public let files: Int
    /// The sum of their sizes, octets.
    public let octets: Int64

    /// A removal with all its parts.
    public init(
        delivery: DeliveryID, state: Delivery.State, sender: AccountID, at: Date, files: Int, octets: Int64
    ) {
        self.delivery = delivery
        self.state = state
        self.sender = sender
        self.at = at
        self.files = files
        self.octets = octets
    }
}

/// Counts what the clean-up would take away, without doing it.
public protocol CleanUpStore {
    /// Sent deliveries that run out until then.
    func expiring(until: Date) throws -> CleanUpAmount
    /// Deliveries whose files are removed until then: run out, withdrawn, or running out before.
    func removals(until: Date) throws -> CleanUpAmount
    /// The same, one by one, the next first.
    func removals(until: Date, offset: Int, limit: Int) throws -> [ComingRemoval]
    /// Drafts not changed since `before`; of those whose block stands in a mail, not since `insertedBefore`.
    func abandonedDrafts(before: Date, insertedBefore: Date) throws -> CleanUpAmount
    /// Visits, codes and download addresses from before then.
    func visits(before: Date) throws -> CleanUpAmount
    /// Mails that came to their end before then and whose text is still there.
    func mailTexts(before: Date) throws -> CleanUpAmount
    /// Messages that were handed in before then, all of whose mails came to their end.
    func messages(before: Date) throws -> CleanUpAmount
    /// Sessions and one-time links that have run out by then.
    func signIns(until: Date) throws -> CleanUpAmount
}
