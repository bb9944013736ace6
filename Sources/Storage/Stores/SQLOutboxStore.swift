import Deliveries
import Foundation
import MailMessage
import MailTemplates

/// The outbox in SQL; lists and attempts are in extensions.
struct SQLOutboxStore: OutboxStore {
    let sql: any StatementRunner

    static let columns: Statement = """
        id, kind, delivery, recipient, author, email, message_id, is_urgent, created_at, not_after, state, attempts,
        next_attempt_at, leased_until, dot_sent_at, visible_from, last_answer, failure_class, finished_at
        """

    /// Reads a row without its mail.
    static func read(_ row: inout RowReader) throws -> OutboxEntry {
        OutboxEntry(
            id: try row.identifier(), kind: try row.choice(), delivery: try row.identifierOrNil(),
            recipient: try row.identifierOrNil(), author: try row.identifierOrNil(), to: try row.email(),
            sealedMail: Data(), messageID: try row.text(), isUrgent: try row.flag(), createdAt: try row.date(),
            notAfter: try row.dateOrNil(), state: try row.choice(), attempts: try row.count(),
            nextAttemptAt: try row.date(), leasedUntil: try row.dateOrNil(), dotSentAt: try row.dateOrNil(),
            visibleFrom: try row.text(), lastAnswer: try row.text(), failureClass: try row.text(),
            finishedAt: try row.dateOrNil())
    }

    /// Reads a row whose mail stands behind its columns.
    static func readWithMail(_ row: inout RowReader) throws -> OutboxEntry {
        var entry = try read(&row)
        entry.sealedMail = try row.data()
        return entry
    }

    /// When the row can be leased next: its time has come, and its lease, if any, is over.
    private static func due(_ entry: OutboxEntry) -> Date {
        max(entry.nextAttemptAt, entry.leasedUntil ?? entry.nextAttemptAt)
    }

    func insert(_ entries: [OutboxEntry]) throws {
        for entry in entries {
            try sql.run(
                """
                INSERT INTO outbox (\(Self.columns), due_at, search, mail_kept) VALUES (
                    \(entry.id), \(entry.kind), \(entry.delivery), \(entry.recipient), \(entry.author),
                    \(entry.to.wireForm), \(entry.messageID), \(entry.isUrgent), \(entry.createdAt),
                    \(entry.notAfter), \(entry.state), \(entry.attempts), \(entry.nextAttemptAt),
                    \(entry.leasedUntil), \(entry.dotSentAt), \(entry.visibleFrom), \(entry.lastAnswer),
                    \(entry.failureClass), \(entry.finishedAt), \(Self.due(entry)),
                    \(SearchText.folded([entry.to.wireForm, entry.to.displayForm])), 1
                )
                """)
            try sql.run("INSERT INTO outbox_mail (entry, sealed_mail) VALUES (\(entry.id), \(entry.sealedMail))")
        }
    }

    func lease(now: Date, until: Date, limit: Int) throws -> [OutboxEntry] {
        var leased = try lease(urgent: true, now: now, until: until, limit: limit)
        if leased.count < limit {
            leased += try lease(urgent: false, now: now, until: until, limit: limit - leased.count)
        }
        guard !leased.isEmpty else { return [] }
        let mails = try sql.all(
            "SELECT entry, sealed_mail FROM outbox_mail WHERE entry IN \(list: leased.map(\.id))"
        ) { row -> (OutboxEntryID, Data) in (try row.identifier(), try row.data()) }
        let mailOf = Dictionary(mails) { first, _ in first }
        return leased.map { entry in
            var entry = entry
            entry.sealedMail = mailOf[entry.id] ?? Data()
            return entry
        }
    }

    private func lease(urgent: Bool, now: Date, until: Date, limit: Int) throws -> [OutboxEntry] {
        // Several workers on PostgreSQL take different rows without waiting for each other; SQLite has one writer.
        let locking: Statement = sql.engine == .postgreSQL ? "FOR UPDATE SKIP LOCKED" : ""
        let leased = try sql.all(
            """
            UPDATE outbox SET leased_until = \(until), due_at = \(until) WHERE id IN (
                SELECT id FROM outbox WHERE state = 'queued' AND is_urgent = \(urgent) AND due_at <= \(now)
                ORDER BY due_at, id LIMIT \(limit) \(locking)
            ) RETURNING \(Self.columns)
            """, Self.read)
        return leased.sorted { ($0.nextAttemptAt, $0.id) < ($1.nextAttemptAt, $1.id) }
    }

    func update(_ entry: OutboxEntry) throws {
        try sql.run(
            """
            UPDATE outbox SET
                state = \(entry.state), attempts = \(entry.attempts), next_attempt_at = \(entry.nextAttemptAt),
                leased_until = \(entry.leasedUntil), due_at = \(Self.due(entry)), dot_sent_at = \(entry.dotSentAt),
                visible_from = \(entry.visibleFrom), last_answer = \(entry.lastAnswer),
                failure_class = \(entry.failureClass), finished_at = \(entry.finishedAt)
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

    func moveAll(from: OutboxEntry.State, to: OutboxEntry.State, at: Date) throws -> Int {
        if to.isFinal {
            return try sql.run(
                "UPDATE outbox SET state = \(to), finished_at = \(at), leased_until = NULL WHERE state = \(from)")
        }
        return try sql.run(
            """
            UPDATE outbox SET state = \(to), next_attempt_at = \(at), due_at = \(at), leased_until = NULL,
                finished_at = NULL
            WHERE state = \(from)
            """)
    }

    func forgetContent(before: Date) throws -> Int {
        let finished: Statement = "finished_at IS NOT NULL AND mail_kept = 1 AND finished_at < \(before)"
        try sql.run("DELETE FROM outbox_mail WHERE entry IN (SELECT id FROM outbox WHERE \(finished))")
        let mails = try sql.run("UPDATE outbox SET mail_kept = 0 WHERE \(finished)")
        let conversations = try sql.run(
            """
            UPDATE outbox_attempt SET sealed_conversation = NULL
            WHERE sealed_conversation IS NOT NULL AND started_at < \(before)
            """)
        return mails + conversations
    }
}
