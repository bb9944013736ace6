import Foundation
import MailTemplates

/// Tells senders of downloads: the first at once, what follows gathered into one mail, one thread per delivery.
struct SenderNotices: Sendable {
    /// Longer than any delivery is kept, seconds.
    private static let ever: TimeInterval = 20 * 366 * 86_400

    let parts: DeliveryParts

    /// Files were fetched completely, in this transaction. Its events are appended already.
    ///
    /// - Returns: whether a mail was put into the outbox.
    func noteFetch(of delivery: Delivery, at now: Date, in transaction: any Transaction) throws -> Bool {
        let settings = try parts.settings.current(in: transaction)
        let isAll = try tellAllFetched(delivery, settings: settings, at: now, in: transaction)
        let isTold = try noteDownload(of: delivery, settings: settings, at: now, in: transaction)
        return isAll || isTold
    }

    /// Once for each delivery, when the last recipient has the last file.
    private func tellAllFetched(
        _ delivery: Delivery, settings: Settings, at now: Date, in transaction: any Transaction
    ) throws -> Bool {
        guard delivery.notifiesSender, settings.sends(.allFetched), try transaction.isFetchedByAll(delivery),
            try transaction.ledger.countThrottle("all-fetched:\(delivery.id)", window: Self.ever, now: now).count == 1
        else { return false }
        let readers = try transaction.readers(
            of: .allFetched, sender: transaction.sender(of: delivery), settings: settings)
        let recipients = try transaction.deliveries.recipients(of: delivery.id).count
        let mails = DeliveryMails(parts, settings: settings, now: now)
        return try transaction.tell(
            readers.map { try mails.allFetched(by: recipients, of: delivery, to: $0) }, by: parts.composer,
            settings: settings, at: now)
    }

    private func noteDownload(
        of delivery: Delivery, settings: Settings, at now: Date, in transaction: any Transaction
    ) throws -> Bool {
        guard delivery.notifiesSender, settings.sends(.downloaded) else { return false }
        let known = try transaction.ledger.notice(of: delivery.id)
        if settings.text(.notifyDownloadedWhen) == "at-once" {
            return try tell(delivery, since: known?.toldUpTo ?? 0, settings: settings, at: now, in: transaction)
        }
        guard var notice = known else {
            return try tell(delivery, since: 0, settings: settings, at: now, in: transaction)
        }
        if notice.dueAt == nil {
            notice.dueAt = now.addingTimeInterval(Double(settings.integer(.notifyGatherMinutes)) * 60)
            try transaction.ledger.set(notice)
        }
        return false
    }

    /// Tells what was gathered.
    ///
    /// - Returns: whether a mail was put into the outbox.
    func tell(_ notice: GatheredNotice, at now: Date, in transaction: any Transaction) throws -> Bool {
        let settings = try parts.settings.current(in: transaction)
        guard let delivery = try transaction.deliveries.delivery(notice.delivery), delivery.notifiesSender,
            settings.sends(.downloaded)
        else {
            try transaction.ledger.set(
                GatheredNotice(delivery: notice.delivery, toldUpTo: transaction.events.lastNumber(), dueAt: nil))
            return false
        }
        return try tell(delivery, since: notice.toldUpTo, settings: settings, at: now, in: transaction)
    }

    private func tell(
        _ delivery: Delivery, since: Int64, settings: Settings, at now: Date, in transaction: any Transaction
    ) throws -> Bool {
        let events = try transaction.events.events(of: delivery.id)
        try transaction.ledger.set(
            GatheredNotice(delivery: delivery.id, toldUpTo: events.last?.number ?? since, dueAt: nil))
        let news = events.filter { $0.kind == .fetched && $0.number > since }
        let sender = try transaction.sender(of: delivery)
        let readers = try transaction.readers(of: .downloaded, sender: sender, settings: settings)
        guard !news.isEmpty, !readers.isEmpty else { return false }
        let names = Dictionary(
            try transaction.files.files(of: delivery.id).map { ($0.id, $0.name) },
            uniquingKeysWith: { first, _ in first })
        var downloads: [FetchedBy] = []
        var places: [RecipientID?: Int] = [:]
        for event in news {
            let name = event.file.flatMap { names[$0] } ?? ""
            if let place = places[event.recipient] {
                downloads[place].files.append(name)
                downloads[place].at = event.at
            } else {
                places[event.recipient] = downloads.count
                let recipient = try event.recipient.flatMap { try transaction.deliveries.recipient($0) }
                downloads.append(FetchedBy(recipient: recipient, files: [name], at: event.at))
            }
        }
        let mails = DeliveryMails(parts, settings: settings, now: now)
        let isComplete = try transaction.isFetchedByAll(delivery)
        // Here the gathering is done already, by delivery.
        return try transaction.tell(
            readers.map { try mails.downloaded(downloads, isComplete: isComplete, of: delivery, to: $0) },
            by: parts.composer, canWait: false, settings: settings, at: now)
    }
}

extension Transaction {
    /// Whether every recipient has every file.
    fileprivate func isFetchedByAll(_ delivery: Delivery) throws -> Bool {
        let names = Set(try files.files(of: delivery.id).map(\.id))
        guard !names.isEmpty else { return false }
        var fetched: [RecipientID: Int] = [:]
        for fetch in try visits.fetches(of: delivery.id) where names.contains(fetch.file) {
            if let recipient = fetch.recipient { fetched[recipient, default: 0] += 1 }
        }
        return try deliveries.recipients(of: delivery.id).allSatisfy { fetched[$0.id] == names.count }
    }
}

/// What one recipient has fetched since the last notice.
struct FetchedBy: Equatable, Sendable {
    /// Who; `nil` for someone with the link.
    let recipient: Recipient?
    /// The files' names, in the order of their arrival.
    var files: [String]
    /// When the last of them was complete.
    var at: Date
}
