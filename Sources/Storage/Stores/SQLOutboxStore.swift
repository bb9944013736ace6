import Deliveries
import Foundation
import MailMessage
import MailTemplates

/// The outbox in SQL; lists and attempts are in extensions.
struct SQLOutboxStore: OutboxStore {
    let sql: any StatementRunner

    static let columns: Statement = """
        id, kind, delivery, recipient, author, email, message_id, is_urgent, created_at, not_after, state, attempts,
        next_attempt_at, leased_until, dot_sent_at, visible_from, sender_reason, held_for, is_released,
        last_answer, failure_class, finished_at, message, dsn_notify, dsn_recipient, passage, warned_at
        """

    /// Reads a row without its mail.
    static func read(_ row: inout RowReader) throws -> OutboxEntry {
        let id: OutboxEntryID = try row.identifier()
        let kind = try row.text()
        let delivery: DeliveryID? = try row.identifierOrNil()
        let recipient: RecipientID? = try row.identifierOrNil()
        let author: AccountID? = try row.identifierOrNil()
        let to = try row.email()
        let messageID = try row.text()
        let isUrgent = try row.flag()
        let (createdAt, notAfter) = (try row.date(), try row.dateOrNil())
        let state: OutboxEntry.State = try row.choice()
        let attempts = try row.count()
        let (nextAttemptAt, leasedUntil, dotSentAt) = (try row.date(), try row.dateOrNil(), try row.dateOrNil())
        let (visibleFrom, senderReason) = (try row.text(), try row.text())
        let (heldFor, isReleased) = (try row.domainOrNil(), try row.flag())
        let (lastAnswer, failureClass) = (try row.text(), try row.text())
        let finishedAt = try row.dateOrNil()
        let content: OutboxEntry.Content
        if let message: StoredMessageID = try row.identifierOrNil() {
            content = .message(message)
        } else if let kind = MailKind(rawValue: kind) {
            content = .composed(kind)
        } else {
            throw DeliveriesError(.trouble, detail: "a row of the outbox is neither a mail nor a message")
        }
        let (notify, originalRecipient) = (try row.textOrNil(), try row.text())
        let passage = try row.passageOrNil()
        return OutboxEntry(
            id: id, content: content, delivery: delivery, recipient: recipient, author: author, to: to,
            notification: DeliveryNotificationRequest(notify: notify, originalRecipient: originalRecipient),
            messageID: messageID, isUrgent: isUrgent, createdAt: createdAt, notAfter: notAfter, state: state,
            attempts: attempts, nextAttemptAt: nextAttemptAt, leasedUntil: leasedUntil, dotSentAt: dotSentAt,
            visibleFrom: visibleFrom, senderReason: senderReason, heldFor: heldFor, isReleased: isReleased,
            lastAnswer: lastAnswer, failureClass: failureClass, passage: passage, warnedAt: try row.dateOrNil(),
            finishedAt: finishedAt)
    }

    /// Reads a row whose mail stands behind its columns.
    static func readWithMail(_ row: inout RowReader) throws -> OutboxEntry {
        var entry = try read(&row)
        entry.sealedMail = try row.data()
        return entry
    }

    static func stored(_ passage: MailPassage?) throws -> String? {
        try passage.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    /// When the row can be leased next: its time has come, and its lease, if any, is over.
    static func due(_ entry: OutboxEntry) -> Date {
        max(entry.nextAttemptAt, entry.leasedUntil ?? entry.nextAttemptAt)
    }

    func insert(_ entries: [OutboxEntry]) throws {
        for entry in entries {
            try sql.run(
                """
                INSERT INTO outbox (\(Self.columns), due_at, search, mail_kept, destination) VALUES (
                    \(entry.id), \(entry.kind?.rawValue ?? ""), \(entry.delivery), \(entry.recipient), \(entry.author),
                    \(entry.to.wireForm), \(entry.messageID), \(entry.isUrgent), \(entry.createdAt),
                    \(entry.notAfter), \(entry.state), \(entry.attempts), \(entry.nextAttemptAt),
                    \(entry.leasedUntil), \(entry.dotSentAt), \(entry.visibleFrom), \(entry.senderReason),
                    \(entry.heldFor), \(entry.isReleased), \(entry.lastAnswer),
                    \(entry.failureClass), \(entry.finishedAt), \(entry.message), \(entry.notification.notify),
                    \(entry.notification.originalRecipient), \(Self.stored(entry.passage)), \(entry.warnedAt),
                    \(Self.due(entry)), \(SearchText.folded([entry.to.wireForm, entry.to.displayForm])),
                    \(entry.message == nil), \(entry.destination)
                )
                """)
            guard entry.message == nil else { continue }
            try sql.run("INSERT INTO outbox_mail (entry, sealed_mail) VALUES (\(entry.id), \(entry.sealedMail))")
        }
    }

    func update(_ entry: OutboxEntry) throws {
        try sql.run(
            """
            UPDATE outbox SET
                state = \(entry.state), attempts = \(entry.attempts), next_attempt_at = \(entry.nextAttemptAt),
                leased_until = \(entry.leasedUntil), due_at = \(Self.due(entry)), dot_sent_at = \(entry.dotSentAt),
                visible_from = \(entry.visibleFrom), sender_reason = \(entry.senderReason),
                held_for = \(entry.heldFor), is_released = \(entry.isReleased), last_answer = \(entry.lastAnswer),
                failure_class = \(entry.failureClass), passage = \(Self.stored(entry.passage)),
                warned_at = \(entry.warnedAt), finished_at = \(entry.finishedAt)
            WHERE id = \(entry.id)
            """)
        // A row from a list carries no mail; what is the same is not written again.
        guard !entry.sealedMail.isEmpty else { return }
        try sql.run(
            """
            UPDATE outbox_mail SET sealed_mail = \(entry.sealedMail)
            WHERE entry = \(entry.id) AND sealed_mail <> \(entry.sealedMail)
            """)
    }

    func noteDot(_ id: OutboxEntryID, attempt: Int, at: Date) throws -> Bool {
        try sql.touched(
            """
            UPDATE outbox SET dot_sent_at = \(at)
            WHERE id = \(id) AND state = 'queued' AND attempts = \(attempt)
            """) == 1
    }

    func entry(_ id: OutboxEntryID) throws -> OutboxEntry? {
        try sql.first(
            """
            SELECT \(Self.columns), sealed_mail FROM outbox LEFT JOIN outbox_mail ON outbox_mail.entry = outbox.id
            WHERE id = \(id)
            """, Self.readWithMail)
    }

    func cancel(delivery: DeliveryID, recipient: RecipientID?, at: Date) throws -> [OutboxEntry] {
        let cancelling: Statement = """
            UPDATE outbox SET state = 'cancelled', finished_at = \(at), leased_until = NULL
            WHERE delivery = \(delivery) AND state IN ('queued', 'held', 'local')
            """
        let cancelled: [OutboxEntry]
        if let recipient {
            cancelled = try sql.all(
                "\(cancelling) AND recipient = \(recipient) RETURNING \(Self.columns)", Self.read)
        } else {
            cancelled = try sql.all(
                "\(cancelling) AND recipient IS NOT NULL RETURNING \(Self.columns)", Self.read)
        }
        return cancelled.sorted { $0.id < $1.id }
    }

    func cancel(_ kinds: [MailKind], to address: EmailAddress, at: Date) throws -> Int {
        try sql.touched(
            """
            UPDATE outbox SET state = 'cancelled', finished_at = \(at), leased_until = NULL
            WHERE kind IN \(list: kinds) AND state IN ('queued', 'held', 'local')
                AND search = \(SearchText.folded([address.wireForm, address.displayForm]))
            """)
    }

    func moveAll(from: OutboxEntry.State, to: OutboxEntry.State, at: Date) throws -> Int {
        if to.isFinal {
            return try sql.touched(
                "UPDATE outbox SET state = \(to), finished_at = \(at), leased_until = NULL WHERE state = \(from)")
        }
        return try sql.touched(
            """
            UPDATE outbox SET state = \(to), next_attempt_at = \(at), due_at = \(at), leased_until = NULL,
                finished_at = NULL
            WHERE state = \(from)
            """)
    }

    func release(heldFor domain: MailDomain, isReleased: Bool, at: Date) throws -> Int {
        try sql.touched(
            """
            UPDATE outbox SET state = 'queued', next_attempt_at = \(at), due_at = \(at), leased_until = NULL,
                held_for = NULL, is_released = \(isReleased)
            WHERE state = 'held' AND held_for = \(domain)
            """)
    }

    func forgetContent(before: Date) throws -> Int {
        let finished: Statement = "finished_at IS NOT NULL AND mail_kept = 1 AND finished_at < \(before)"
        try sql.run("DELETE FROM outbox_mail WHERE entry IN (SELECT id FROM outbox WHERE \(finished))")
        let mails = try sql.touched("UPDATE outbox SET mail_kept = 0 WHERE \(finished)")
        let conversations = try sql.touched(
            """
            UPDATE outbox_attempt SET sealed_conversation = NULL
            WHERE sealed_conversation IS NOT NULL AND started_at < \(before)
            """)
        try foldHours(before: before)
        return mails + conversations
    }
}
