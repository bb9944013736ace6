public import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets

/// What became of a message that was handed in, told to its envelope sender by a report (RFC 3461, 5.2): within the
/// transaction that records it.
public struct MessageOutcome: Sendable {
    private let spool: MessageSpool
    private let settings: SettingsService

    /// - Parameters:
    ///   - spool: where messages and reports are.
    ///   - settings: who reports.
    public init(spool: MessageSpool, settings: SettingsService) {
        self.spool = spool
        self.settings = settings
    }

    /// Reports an outcome, if the sender wants to know it, and lets the content go with the last recipient.
    ///
    /// - Parameters:
    ///   - change: what happened.
    ///   - entry: the row as it is stored now.
    ///   - isReportedOn: whether the server that took it over was asked to report itself.
    ///   - transaction: the transaction that stores it.
    ///   - now: the time.
    /// - Returns: the row, changed if its sender was told that it is late.
    public func record(
        _ change: MailOutcome.Change?, of entry: OutboxEntry, isReportedOn: Bool, in transaction: any Transaction,
        at now: Date
    ) throws -> OutboxEntry {
        guard let id = entry.message else { return entry }
        if change == .failed { try transaction.suppress(afterFailureOf: entry, at: now) }
        var entry = entry
        if let action = action(change, entry, isReportedOn: isReportedOn, at: now),
            let message = try transaction.messages.message(id), message.origin == .submission,
            let sender = message.envelopeFrom,
            entry.notification.request.deserves(reportOf: action, to: .address(sender))
        {
            try report(action, of: entry, message, to: sender, in: transaction, at: now)
            if action == .delayed {
                entry.warnedAt = now
                try transaction.outbox.update(entry)
            }
        }
        if entry.state.isFinal { try transaction.messages.removeChunksIfFinished(of: id) }
        return entry
    }

    private func action(
        _ change: MailOutcome.Change?, _ entry: OutboxEntry, isReportedOn: Bool, at now: Date
    ) -> ReportedRecipient.Action? {
        switch change {
        case .failed: return .failed
        // RFC 3461, 5.2.2: the next server reports, where it knows how to.
        case .handedOver: return isReportedOn ? nil : .relayed
        case .delayed:
            let isLate = now.timeIntervalSince(entry.createdAt) >= MailOutcome.patience
            return isLate && entry.warnedAt == nil ? .delayed : nil
        case .storedLocally, .held, .cancelled, nil: return nil
        }
    }

    private func report(
        _ action: ReportedRecipient.Action, of entry: OutboxEntry, _ message: StoredMessage, to sender: EmailAddress,
        in transaction: any Transaction, at now: Date
    ) throws {
        let current = try settings.current(in: transaction)
        let server = try MailDomain(parsing: current.mailServerName)
        let from =
            try current.systemSender?.address ?? EmailAddress(parsing: "postmaster@\(current.messageIDDomain)")
        let failureClass = FailureClass(rawValue: entry.failureClass) ?? .unknown
        let recipient = NotifiedRecipient(
            address: entry.to, original: entry.notification.original, action: action,
            status: Self.status(action, failureClass, answer: entry.lastAnswer), failureClass: failureClass,
            remoteServer: entry.passage?.host ?? "", diagnostic: entry.lastAnswer,
            lastAttempt: now, willRetryUntil: entry.createdAt.addingTimeInterval(current.mailLifetime))
        let notification = DeliveryStatusNotification(
            reportingServer: server, envelopeID: message.envelopeID.isEmpty ? nil : message.envelopeID,
            arrival: message.receivedAt, recipients: [recipient],
            original: try spool.beginning(of: message.id, in: transaction))
        let words = DeliveryStatusWords(
            languages: [current.language] + Language.allCases.filter { $0 != current.language },
            timeZone: current.timeZone)
        let id = "\(Identifier<OutgoingMail>(now: now, random: spool.random))@\(current.messageIDDomain)"
        guard let messageID = MessageID(parsing: "<\(id)>"),
            let boundary = MIMEBoundary(unique: spool.random.bytes(16).map { String($0, radix: 36) }.joined())
        else { throw DeliveriesError(.trouble, detail: "a report cannot be named") }
        let mail = notification.message(
            from: Mailbox(name: "Mail Delivery System", address: from), to: sender,
            subject: words.subject(notification), explanation: words.explanation(notification), date: now,
            messageID: messageID, boundary: boundary)
        try spool.put(
            mail.serialized,
            envelope: .init(
                origin: .report, sender: nil,
                // RFC 3461, 6: what reports is never reported on.
                recipients: [.init(sender, notification: DeliveryNotificationRequest(.never))], from: from,
                messageID: id), in: transaction, at: now)
    }

    private static func status(
        _ action: ReportedRecipient.Action, _ failureClass: FailureClass, answer: String
    ) -> EnhancedStatusCode {
        let severity =
            switch action {
            case .failed: 5
            case .delayed: 4
            case .delivered, .relayed, .expanded: 2
            }
        // RFC 3463, 3.5: 4.4.7 is the status of what was tried for too long; it is the one that was not refused.
        if action == .failed, failureClass == .expired { return code(4, 4, 7) }
        let said = answer.split(separator: " ").prefix(2).compactMap { EnhancedStatusCode($0) }.first
        if let said, said.severity == severity { return said }
        return code(severity, 0, 0)
    }

    private static func code(_ severity: Int, _ subject: Int, _ detail: Int) -> EnhancedStatusCode {
        guard let code = EnhancedStatusCode(severity, subject, detail) else { preconditionFailure("a fixed status") }
        return code
    }
}
