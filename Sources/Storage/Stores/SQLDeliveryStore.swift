import Deliveries
import Foundation

/// Deliveries in SQL; lists, recipients and links are in extensions.
struct SQLDeliveryStore: DeliveryStore {
    let sql: any StatementRunner

    static let columns: Statement = """
        id, sender, state, dispatch_path, subject, message, security_level, lifetime_days, password_hash,
        notifies_sender, copies_sender, withholds_message, language, chunk_size, thread_message_id, created_at,
        updated_at, sent_at, expires_at, remove_files_at, reminded_at, draft_recipients, inserted_at,
        mailbox
        """

    static func read(_ row: inout RowReader) throws -> Delivery {
        var delivery = Delivery(
            id: try row.identifier(), sender: try row.identifier(), state: try row.choice(), path: try row.choice(),
            subject: try row.text(), message: try row.text(), level: try row.numberedChoice(),
            lifetimeDays: try row.count(), passwordHash: try row.textOrNil(), notifiesSender: try row.flag(),
            copiesSender: try row.flag(), withholdsMessage: try row.flag(), language: try row.language(),
            chunkSize: try row.count(), threadMessageID: try row.text(), createdAt: try row.date(),
            updatedAt: try row.date(), sentAt: try row.dateOrNil(), expiresAt: try row.dateOrNil(),
            removeFilesAt: try row.dateOrNil(), remindedAt: try row.dateOrNil(), draftRecipients: try row.text())
        delivery.insertedAt = try row.dateOrNil()
        delivery.mailbox = try row.identifierOrNil()
        return delivery
    }

    func insert(_ delivery: Delivery) throws {
        try sql.run(
            """
            INSERT INTO delivery (\(Self.columns), search, listed_at) VALUES (
                \(delivery.id), \(delivery.sender), \(delivery.state), \(delivery.path), \(delivery.subject),
                \(delivery.message), \(delivery.level), \(delivery.lifetimeDays), \(delivery.passwordHash),
                \(delivery.notifiesSender), \(delivery.copiesSender), \(delivery.withholdsMessage),
                \(delivery.language), \(delivery.chunkSize), \(delivery.threadMessageID), \(delivery.createdAt),
                \(delivery.updatedAt), \(delivery.sentAt), \(delivery.expiresAt), \(delivery.removeFilesAt),
                \(delivery.remindedAt), \(delivery.draftRecipients), \(delivery.insertedAt),
                \(delivery.mailbox), \(SearchText.folded(delivery.subject)),
                \(delivery.sentAt ?? delivery.updatedAt)
            )
            """)
    }

    func update(_ delivery: Delivery) throws {
        try sql.run(
            """
            UPDATE delivery SET
                state = \(delivery.state), subject = \(delivery.subject), message = \(delivery.message),
                security_level = \(delivery.level), lifetime_days = \(delivery.lifetimeDays),
                password_hash = \(delivery.passwordHash), notifies_sender = \(delivery.notifiesSender),
                copies_sender = \(delivery.copiesSender), withholds_message = \(delivery.withholdsMessage),
                language = \(delivery.language), updated_at = \(delivery.updatedAt),
                inserted_at = \(delivery.insertedAt), sent_at = \(delivery.sentAt),
                expires_at = \(delivery.expiresAt), remove_files_at = \(delivery.removeFilesAt),
                reminded_at = \(delivery.remindedAt), draft_recipients = \(delivery.draftRecipients),
                mailbox = \(delivery.mailbox),
                search = \(SearchText.folded(delivery.subject)), listed_at = \(delivery.sentAt ?? delivery.updatedAt)
            WHERE id = \(delivery.id)
            """)
    }

    func delivery(_ id: DeliveryID) throws -> Delivery? {
        try sql.first("SELECT \(Self.columns) FROM delivery WHERE id = \(id)", Self.read)
    }

    func latestDraft(sender: AccountID, path: Delivery.DispatchPath) throws -> Delivery? {
        try sql.first(
            """
            SELECT \(Self.columns) FROM delivery
            WHERE sender = \(sender) AND state = \(Delivery.State.draft) AND dispatch_path = \(path)
            ORDER BY listed_at DESC, id DESC LIMIT 1
            """, Self.read)
    }

    func removeDraft(_ id: DeliveryID) throws {
        guard try sql.number("SELECT count(*) FROM delivery_file WHERE delivery = \(id)") == 0 else {
            throw DeliveriesError(.conflict, detail: "a draft with files cannot be removed")
        }
        guard try sql.number("SELECT count(*) FROM delivery WHERE id = \(id) AND state <> 'draft'") == 0 else {
            throw DeliveriesError(.conflict, detail: "only a draft can be removed")
        }
        // Somebody may have looked at the link of a mail that was never sent.
        for link in try links(of: id) { try sql.run("DELETE FROM access_trace WHERE link = \(link)") }
        try sql.run("DELETE FROM link WHERE delivery = \(id)")
        try sql.run("DELETE FROM recipient WHERE delivery = \(id)")
        try sql.run("DELETE FROM delivery WHERE id = \(id)")
    }

    func deliveriesToExpire(now: Date, limit: Int) throws -> [Delivery] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery WHERE state = 'sent' AND expires_at <= \(now)
            ORDER BY expires_at LIMIT \(limit)
            """, Self.read)
    }

    func deliveriesToRemove(now: Date, limit: Int) throws -> [Delivery] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery
            WHERE state IN ('expired', 'withdrawn') AND remove_files_at <= \(now)
            ORDER BY remove_files_at LIMIT \(limit)
            """, Self.read)
    }

    func deliveriesToRemind(now: Date, before: Date, limit: Int) throws -> [Delivery] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery
            WHERE state = 'sent' AND reminded_at IS NULL AND expires_at > \(now) AND expires_at < \(before)
            ORDER BY expires_at LIMIT \(limit)
            """, Self.read)
    }

    func abandonedDrafts(before: Date, insertedBefore: Date, limit: Int) throws -> [Delivery] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM delivery WHERE state = 'draft' AND updated_at < \(before)
            AND (inserted_at IS NULL OR updated_at < \(insertedBefore))
            ORDER BY updated_at LIMIT \(limit)
            """, Self.read)
    }
}
