import Deliveries
import Foundation

/// Returned mail in SQL.
struct SQLBounceStore: BounceStore {
    let sql: any StatementRunner

    func position(of mailbox: String) throws -> BouncePosition? {
        try sql.first("SELECT mailbox, uid_validity, last_uid FROM bounce_mailbox WHERE mailbox = \(mailbox)") { row in
            BouncePosition(mailbox: try row.text(), uidValidity: try row.integer(), lastUID: try row.integer())
        }
    }

    func set(_ position: BouncePosition) throws {
        try sql.run(
            """
            INSERT INTO bounce_mailbox (mailbox, uid_validity, last_uid)
            VALUES (\(position.mailbox), \(position.uidValidity), \(position.lastUID))
            ON CONFLICT (mailbox) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid
            """)
    }

    func note(_ fingerprint: String, entry: OutboxEntryID, at now: Date) throws -> Bool {
        try sql.first(
            """
            INSERT INTO bounce_mail (fingerprint, entry, taken_at) VALUES (\(fingerprint), \(entry), \(now))
            ON CONFLICT (fingerprint) DO NOTHING
            RETURNING fingerprint
            """
        ) { try $0.text() } != nil
    }

    func forget(before: Date) throws -> Int {
        try sql.touched("DELETE FROM bounce_mail WHERE taken_at < \(before)")
    }

    func entry(messageID: String) throws -> OutboxEntryID? {
        try sql.first("SELECT id FROM outbox WHERE message_id = \(messageID) ORDER BY id DESC LIMIT 1") {
            try $0.identifier()
        }
    }
}
