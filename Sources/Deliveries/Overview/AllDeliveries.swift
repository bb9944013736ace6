public import Foundation
import MailMessage

/// Which of everybody's deliveries are wanted; what is not set narrows nothing.
public struct AllDeliveriesSearch: Equatable, Sendable {
    /// A part of the sender's name or address, deleted accounts included; empty: all.
    public var sender: String
    /// A part of a recipient's name or address; empty: all.
    public var recipient: String
    /// Where they stand. Drafts are nobody else's business.
    public var state: DeliveryFilter
    /// Sent at this moment or later.
    public var from: Date?
    /// Sent before this moment.
    public var until: Date?

    /// A search.
    public init(
        sender: String = "", recipient: String = "", state: DeliveryFilter = .all, from: Date? = nil,
        until: Date? = nil
    ) {
        self.sender = sender
        self.recipient = recipient
        self.state = state
        self.from = from
        self.until = until
    }

    /// The states that can be asked for.
    public static let states: [DeliveryFilter] = [.all, .open, .expired, .withdrawn]
}

/// What the store looks for.
public struct AllDeliveriesFilter: Equatable, Sendable {
    /// The senders; nil: all.
    public var senders: [AccountID]?
    /// A part of a recipient's name or address; empty: all.
    public var recipient = ""
    /// The states; nil: all but drafts.
    public var states: [Delivery.State]?
    /// Sent at this moment or later.
    public var from: Date?
    /// Sent before this moment.
    public var until: Date?

    /// Everything but drafts.
    public init() {}
}

/// A row of everybody's deliveries: what happened, and nothing of what stands in it.
public struct DeliveryRecord: Equatable, Sendable {
    /// The delivery with its numbers; subject and message are empty.
    public let summary: DeliverySummary
    /// Its sender, perhaps a deleted account.
    public let sender: Account
    /// How it stands with the virus scanner.
    public let scan: DeliveryScan

    init(_ summary: DeliverySummary, sender: Account, scan: DeliveryScan) {
        self.summary = DeliverySummary(
            delivery: summary.delivery.withoutContent, recipients: summary.recipients,
            recipientsFetched: summary.recipientsFetched, failed: summary.failed, notSent: summary.notSent,
            files: summary.files, size: summary.size, firstRecipients: [])
        self.sender = sender
        self.scan = scan
    }
}

extension Delivery {
    /// The same with nothing of what stands in it.
    fileprivate var withoutContent: Delivery {
        var delivery = self
        delivery.subject = ""
        delivery.message = ""
        delivery.draftRecipients = ""
        return delivery
    }
}

/// Everybody's deliveries, for those who watch over the installation. Each look at one of them is in the audit trail.
public struct AllDeliveries: Sendable {
    /// The most rows of a page.
    public static let mostPerPage = 200
    /// The most accounts that a part of a name stands for.
    private static let mostSenders = 200

    private let parts: DeliveryParts

    /// Reads from the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// Deliveries that match, those sent last first, and how many there are.
    ///
    /// - Parameters:
    ///   - search: which of them.
    ///   - offset: how many to leave out.
    ///   - limit: how many at the most; never more than ``mostPerPage``.
    public func list(
        _ search: AllDeliveriesSearch, offset: Int = 0, limit: Int = 50
    ) async throws -> (records: [DeliveryRecord], total: Int) {
        let window = (offset: max(0, offset), limit: min(max(1, limit), Self.mostPerPage))
        let parts = parts
        return try await parts.database.read { transaction in
            var filter = AllDeliveriesFilter()
            filter.recipient = String(search.recipient.prefix(200))
            filter.states = search.state == .drafts ? [] : search.state.states
            filter.from = search.from
            filter.until = search.until
            if !search.sender.isEmpty {
                filter.senders = try transaction.accounts.accounts(
                    search: String(search.sender.prefix(200)), withDeleted: true, offset: 0, limit: Self.mostSenders
                ).map(\.id)
            }
            guard filter.senders != [], filter.states != [] else { return ([], 0) }
            let found = try transaction.deliveries.summaries(filter, offset: window.offset, limit: window.limit)
            var senders: [AccountID: Account] = [:]
            for summary in found where senders[summary.delivery.sender] == nil {
                senders[summary.delivery.sender] = try transaction.sender(of: summary.delivery).account
            }
            let scans = try transaction.scans(of: found.map(\.delivery), parts)
            return (
                found.compactMap { summary in
                    senders[summary.delivery.sender].map {
                        DeliveryRecord(summary, sender: $0, scan: scans[summary.delivery.id] ?? .passed)
                    }
                }, try transaction.deliveries.summaryCount(filter)
            )
        }
    }

    /// A delivery with recipients, files' names and its story, and its sender; subject and message are left out. The look
    /// is noted, unless it is the sender's own.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`, also for a draft.
    public func detail(
        of id: DeliveryID, by actor: AccountID, origin: RequestOrigin
    ) async throws -> (detail: DeliveryDetail, sender: Account) {
        let parts = parts
        let now = parts.now()
        let found = try await parts.database.read { transaction in
            guard let delivery = try transaction.deliveries.delivery(id), delivery.state != .draft else {
                throw DeliveriesError(.notFound)
            }
            return (
                detail: try transaction.detail(of: delivery.withoutContent, parts),
                sender: try transaction.sender(of: delivery).account
            )
        }
        if found.sender.id != actor {
            try await parts.database.write {
                try $0.audit(.deliveryViewed, id, by: actor, origin: origin, at: now)
            }
        }
        return found
    }
}
