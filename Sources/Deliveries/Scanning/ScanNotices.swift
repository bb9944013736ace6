import Foundation
import Logging
import MailMessage
import MailTemplates

/// Stores what the scanner says, and tells the sender and the administrators of what it found.
struct ScanNotices: Sendable {
    /// For how long a delivery's sender is told nothing more of finds in it, seconds.
    private static let oncePerDelivery: TimeInterval = 86_400
    /// How long the scanner may be silent before administrators get a mail, seconds: it reads new signatures at times.
    private static let silence: TimeInterval = 600
    /// For how long administrators are told nothing more of a silent scanner, seconds.
    private static let oncePerSilence: TimeInterval = 86_400

    let parts: DeliveryParts

    /// Stores a verdict.
    func record(_ scan: FileScan, of id: DeliveryFileID) async throws {
        let parts = parts
        let now = parts.now()
        let outcome = try await parts.database.write { transaction -> (isNews: Bool, isMail: Bool) in
            guard var file = try transaction.files.file(id),
                file.scan.state == .waiting || file.scan.state == .unreached,
                let delivery = try transaction.deliveries.delivery(file.delivery)
            else { return (false, false) }
            let before = try transaction.scan(of: delivery.id, parts)
            file.scan = scan
            try transaction.files.update(file)
            guard scan.state == .found else {
                try transaction.noteChecked(delivery.id, before: before, parts, at: now)
                return (true, false)
            }
            try transaction.events.append(
                DeliveryEvent(
                    delivery: delivery.id, sender: delivery.sender, file: id, kind: .virusFound, at: now,
                    detail: file.name))
            return (true, try tellFound(file, of: delivery, in: transaction, at: now))
        }
        if scan.state == .found {
            parts.log.warning(
                "the virus scanner found something",
                metadata: ["file": "\(id)", "finding": "\(scan.finding)", "scanner": "\(scan.scanner)"])
        }
        if outcome.isNews { parts.changes.give() }
        if outcome.isMail { parts.mailQueued() }
    }

    /// - Returns: whether a mail was put into the outbox.
    private func tellFound(
        _ file: DeliveryFile, of delivery: Delivery, in transaction: any Transaction, at now: Date
    ) throws -> Bool {
        // One infected archive often comes with others.
        guard
            try transaction.ledger.countThrottle(
                "virus:\(delivery.id)", window: Self.oncePerDelivery, now: now
            ).count == 1
        else { return false }
        let settings = try parts.settings.current(in: transaction)
        let sender = try transaction.sender(of: delivery)
        let notices = try transaction.readers(of: .virusFound, sender: sender, settings: settings).map { reader in
            // Whoever else is told decides about the file, and does not read along.
            let isSender = reader.isSender
            return Notice(
                VirusFoundMail(
                    file: file.name, finding: file.scan.finding, sender: MailPerson(sender.person),
                    about: isSender ? delivery.subject : nil,
                    link: try MailComposer.link(
                        isSender ? settings.addresses.delivery(delivery.id) : settings.addresses.scan)),
                to: reader, thread: isSender && delivery.state != .draft ? MailComposer.Thread(delivery) : nil)
        }
        return try transaction.tell(notices, by: parts.composer, settings: settings, at: now)
    }

    /// The scanner does not answer: tells administrators once it has been so for a while.
    func tellSilent(at now: Date) async throws {
        let parts = parts
        let isMail = try await parts.database.write { transaction -> Bool in
            guard let since = try transaction.ledger.failingJobs()[VirusScanJob.jobName],
                now.timeIntervalSince(since) >= Self.silence,
                try transaction.ledger.countThrottle("virus-scanner", window: Self.oncePerSilence, now: now).count == 1
            else { return false }
            let settings = try parts.settings.current(in: transaction)
            let content = ScannerSilentMail(
                since: since, letsPass: ScanRules(settings).passesUnreached,
                link: try MailComposer.link(settings.addresses.scan))
            return try transaction.tell(
                transaction.readers(of: .scannerSilent, settings: settings).map { Notice(content, to: $0) },
                by: parts.composer, settings: settings, at: now)
        }
        if isMail { parts.mailQueued() }
    }
}

extension Transaction {
    /// Notes that all files of a delivery that was sent can be fetched now: pages wait for it.
    ///
    /// - Parameter before: how it stood before.
    func noteChecked(_ id: DeliveryID, before: DeliveryScan, _ parts: DeliveryParts, at now: Date) throws {
        guard let delivery = try deliveries.delivery(id), delivery.state == .sent else { return }
        let scan = try scan(of: id, parts)
        guard scan != before, scan == .passed || scan == .passedUnseen else { return }
        try events.append(
            DeliveryEvent(
                delivery: id, sender: delivery.sender, kind: .filesChecked, at: now,
                detail: scan == .passedUnseen ? DeliveryEvent.unseen : ""))
    }
}

extension DeliveryEvent {
    /// The detail of ``Kind/filesChecked`` where the scanner could not look at all files.
    public static let unseen = "unseen"
}
