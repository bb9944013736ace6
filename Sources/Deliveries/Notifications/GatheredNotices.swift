import Foundation
import MailMessage
import MailTemplates

/// Tells kept notices, each reader's in one mail, once the first of them has waited long enough.
struct GatheredNotices: Sendable {
    /// How many readers one transaction serves.
    static let batch = 20
    /// How many notices one mail tells; what is left stays kept for the next one.
    static let mostInOneMail = 100

    let parts: DeliveryParts

    /// Serves readers whose time has come. The mail is put into the outbox by the transaction that removes what it tells.
    ///
    /// - Returns: how many readers were served, and whether a mail was put into the outbox.
    func tellDue(at now: Date, in transaction: any Transaction) throws -> (readers: Int, isMail: Bool) {
        let settings = try parts.settings.current(in: transaction)
        let begin = now.addingTimeInterval(Double(-settings.integer(.notifyGatherMinutes)) * 60)
        let readers = try transaction.keptNotices.readers(keptUntil: begin, limit: Self.batch)
        var isMail = false
        for reader in readers {
            let wasMailed = try tell(reader, settings: settings, at: now, in: transaction)
            isMail = isMail || wasMailed
        }
        return (readers.count, isMail)
    }

    private func tell(
        _ reader: KeptNotice.Reader, settings: Settings, at now: Date, in transaction: any Transaction
    ) throws -> Bool {
        let notices = try transaction.keptNotices.notices(for: reader, limit: Self.mostInOneMail)
        for notice in notices { try transaction.keptNotices.remove(notice.id) }
        // What was turned off meanwhile is told to nobody.
        let wanted = try notices.filter { settings.sends($0.kind) }.map { try parts.composer.open($0) }
        guard let to = wanted.last?.to, try !transaction.isShut(to.address) else { return false }
        let isAdministration = notices.allSatisfy { NotificationRule.of($0.kind)?.audience == .administrators }
        let content = GatheredMail(
            notices: wanted.map(\.brief),
            link: try MailComposer.link(
                isAdministration ? settings.addresses.administration : settings.addresses.deliveries))
        try transaction.outbox.insert([
            parts.composer.entry(content, to: to, language: reader.language, settings: settings, now: now)
        ])
        return true
    }
}

extension Transaction {
    /// Whether an address belongs to an account that may not sign in any more.
    fileprivate func isShut(_ address: EmailAddress) throws -> Bool {
        try accounts.account(email: address)?.state == .disabled
    }
}
