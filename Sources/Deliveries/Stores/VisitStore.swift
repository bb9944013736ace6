public import Foundation

/// Keeps visitors, mailed codes, download addresses, fetches and access traces.
public protocol VisitStore {
    /// Adds a visitor.
    func insert(_ visitor: Visitor) throws
    /// Stores all that can change of a visitor.
    func update(_ visitor: Visitor) throws
    /// The visitor with that cookie hash at that link.
    func visitor(tokenHash: String, link: LinkID) throws -> Visitor?
    /// The visitor of that name.
    func visitor(_ id: VisitorID) throws -> Visitor?
    /// Forgets all visitors of a recipient: the address was corrected.
    func removeVisitors(of recipient: RecipientID) throws

    /// Adds a code.
    func insert(_ code: MailedCode) throws
    /// Stores tries and use of a code.
    func update(_ code: MailedCode) throws
    /// The codes of a visitor, newest first, at most 50.
    func codes(of visitor: VisitorID) throws -> [MailedCode]
    /// How many codes were mailed to a recipient since then.
    func codeCount(recipient: RecipientID, since: Date) throws -> Int

    /// Adds a download address.
    func insert(_ grant: DownloadGrant) throws
    /// Stores start, ranges and completion of a grant.
    func update(_ grant: DownloadGrant) throws
    /// The grant with that hash.
    func grant(tokenHash: String) throws -> DownloadGrant?

    /// Notes a complete transfer; returns whether it is the first of that recipient and file.
    func recordFetch(
        delivery: DeliveryID, recipient: RecipientID?, file: DeliveryFileID, at: Date
    ) throws -> Bool
    /// All fetches of a delivery.
    func fetches(of delivery: DeliveryID) throws -> [Fetch]
    /// The fetches of one recipient of a delivery, or (`nil`) of "someone with the link".
    func fetches(of delivery: DeliveryID, by recipient: RecipientID?) throws -> [Fetch]

    /// Adds an access trace.
    func insert(_ trace: AccessTrace) throws
    /// The traces of a link since then, oldest first, at most 100.
    func traces(of link: LinkID, since: Date) throws -> [AccessTrace]
    /// The links that were visited from an address since then.
    func linksVisited(from clientAddress: String, since: Date) throws -> Set<LinkID>
    /// How many traces of each recipient's links look like a scanner's.
    func scannerVisits(of delivery: DeliveryID) throws -> [RecipientID: Int]
    /// Takes away traces, codes and grants older than that; returns how many.
    func removeVisits(before: Date) throws -> Int
}

/// Keeps the numbered events.
public protocol EventStore {
    /// Appends an event and returns its number.
    @discardableResult func append(_ event: DeliveryEvent) throws -> Int64
    /// Events after a number, ascending; of the deliveries that an account has or shares now, or of all.
    func events(after number: Int64, sender: AccountID?, limit: Int) throws -> [DeliveryEvent]
    /// All events of a delivery, ascending.
    func events(of delivery: DeliveryID) throws -> [DeliveryEvent]
    /// The highest number.
    func lastNumber() throws -> Int64
}
