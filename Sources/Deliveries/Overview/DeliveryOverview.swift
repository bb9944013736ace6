import Foundation
import MailMessage
import MailTemplates

/// Which deliveries a list shows.
public enum DeliveryFilter: String, Sendable, CaseIterable {
    /// All that were sent, in whatever state they are now.
    case all
    /// Those that can be fetched.
    case open
    /// Those that have run out, with those whose files are gone.
    case expired
    /// Those that were taken back.
    case withdrawn
    /// Drafts.
    case drafts

    /// The states; `nil`: all but drafts.
    var states: [Delivery.State]? {
        switch self {
        case .all: nil
        case .open: [.sent]
        case .expired: [.expired, .removed]
        case .withdrawn: [.withdrawn]
        case .drafts: [.draft]
        }
    }
}

/// A page of a sender's deliveries.
public struct DeliveryList: Equatable, Sendable {
    /// The rows, newest first.
    public let deliveries: [DeliverySummary]
    /// How many match in all.
    public let count: Int
    /// How those that can be fetched stand with the virus scanner, where it has not let them pass.
    public let scans: [DeliveryID: DeliveryScan]
    /// In a list of a mailbox: what those are called who made the deliveries.
    public let makers: [AccountID: String]

    /// A page with all its parts.
    public init(
        deliveries: [DeliverySummary], count: Int, scans: [DeliveryID: DeliveryScan] = [:],
        makers: [AccountID: String] = [:]
    ) {
        self.deliveries = deliveries
        self.count = count
        self.scans = scans
        self.makers = makers
    }
}

/// A delivery with everything that its sender may see.
public struct DeliveryDetail: Equatable, Sendable {
    /// The delivery.
    public let delivery: Delivery
    /// Its files.
    public let files: [DeliveryFile]
    /// Its recipients, each with the status.
    public let recipients: [RecipientStatus]
    /// What someone with a shared link fetched completely.
    public let fetchedByOthers: [DeliveryFileID: Fetch]
    /// Its story, oldest first, at most the newest 1,000 entries.
    public let events: [DeliveryEvent]
    /// Whether the virus scanner lets the files be fetched.
    public let scan: DeliveryScan
    /// The mailbox that it was, or will be, sent from; nil: its sender's own address.
    public let mailbox: GroupMailbox?
    /// What those are called who made it and did something with it; only where there is a mailbox.
    public let people: [AccountID: String]
    /// The number of the newest event of all, to go on from with ``LiveEvents``.
    public let cursor: Int64

    /// A detail with all its parts.
    public init(
        delivery: Delivery, files: [DeliveryFile], recipients: [RecipientStatus],
        fetchedByOthers: [DeliveryFileID: Fetch], events: [DeliveryEvent], scan: DeliveryScan = .passed,
        mailbox: GroupMailbox? = nil, people: [AccountID: String] = [:], cursor: Int64
    ) {
        self.delivery = delivery
        self.files = files
        self.recipients = recipients
        self.fetchedByOthers = fetchedByOthers
        self.events = events
        self.scan = scan
        self.mailbox = mailbox
        self.people = people
        self.cursor = cursor
    }
}

/// What senders see of their deliveries.
public struct DeliveryOverview: Sendable {
    /// The most rows of a page.
    public static let pageLimit = 200
    fileprivate static let eventLimit = 1_000

    private let parts: DeliveryParts
    private var database: any Database { parts.database }

    /// Reads from the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// A page of an account's deliveries.
    ///
    /// - Parameters:
    ///   - account: the sender.
    ///   - mailbox: the mailbox whose deliveries are wanted, which the account shares; nil: its own.
    ///   - search: a part of the subject, of a recipient or of a file name; empty: all.
    ///   - filter: which of them.
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most, up to ``pageLimit``.
    public func list(
        of account: AccountID, mailbox: GroupID? = nil, search: String = "", filter: DeliveryFilter = .all,
        offset: Int = 0, limit: Int = 50
    ) async throws -> DeliveryList {
        let search = String(search.trimmingCharacters(in: .whitespacesAndNewlines).prefix(200))
        let (offset, limit) = (max(0, offset), min(max(1, limit), Self.pageLimit))
        let parts = parts
        return try await database.read { transaction in
            let found = try transaction.deliveries.summaries(
                sender: account, mailbox: mailbox, search: search, states: filter.states, offset: offset, limit: limit)
            return DeliveryList(
                deliveries: found,
                count: try transaction.deliveries.summaryCount(
                    sender: account, mailbox: mailbox, search: search, states: filter.states),
                scans: try transaction.scans(of: found.map(\.delivery), parts),
                makers: mailbox == nil ? [:] : try transaction.names(of: found.map(\.delivery.sender)))
        }
    }

    /// A delivery with the status of each recipient.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func detail(of id: DeliveryID, for account: AccountID) async throws -> DeliveryDetail {
        let parts = parts
        return try await database.read { transaction in
            try transaction.detail(of: transaction.ownDelivery(id, of: account), parts)
        }
    }
}

extension Transaction {
    /// A delivery with everything around it.
    func detail(of delivery: Delivery, _ parts: DeliveryParts) throws -> DeliveryDetail {
        let id = delivery.id
        let mails = try outbox.newestEntries(of: id, kind: .delivery)
        let scans = try visits.scannerVisits(of: id)
        var fetches: [RecipientID?: [DeliveryFileID: Fetch]] = [:]
        for fetch in try visits.fetches(of: id) { fetches[fetch.recipient, default: [:]][fetch.file] = fetch }
        let everybody = try deliveries.recipients(of: id)
        let wishes = try mailWishes(of: everybody.map(\.email))
        let recipients = everybody.map { recipient in
            RecipientStatus(
                recipient: recipient, sending: mails[recipient.id].map { SendingState($0) },
                passage: mails[recipient.id]?.passage,
                scannerVisits: scans[recipient.id] ?? 0, wish: wishes[recipient.email.comparisonKey] ?? .all,
                fetchedFiles: fetches[recipient.id] ?? [:])
        }
        let cursor = try events.lastNumber()
        let story = try events.events(of: id).suffix(DeliveryOverview.eventLimit)
        let mailbox = try sender(of: delivery).mailbox
        return DeliveryDetail(
            delivery: delivery, files: try files.files(of: id), recipients: recipients,
            fetchedByOthers: fetches[nil] ?? [:],
            events: Array(story), scan: try scan(of: id, parts), mailbox: mailbox,
            people: mailbox == nil ? [:] : try names(of: [delivery.sender] + story.map(\.sender)), cursor: cursor)
    }

    /// What accounts are called, deleted ones too.
    fileprivate func names(of list: [AccountID]) throws -> [AccountID: String] {
        var names: [AccountID: String] = [:]
        for id in Set(list) { names[id] = try accounts.account(id)?.name }
        return names
    }
}
