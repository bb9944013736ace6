import Deliveries
import Foundation
import MailMessage

/// Messages that were handed in whole, in SQL.
struct SQLMessageStore: MessageStore {
    let sql: any StatementRunner

    private static let columns: Statement = """
        id, origin, submitter, envelope_from, envelope_id, returns_all, protection, header_from, message_id, size,
        chunks, is_eight_bit, needs_smtputf8, received_at
        """

    func insert(_ message: StoredMessage) throws {
        try sql.run(
            """
            INSERT INTO message (\(Self.columns)) VALUES (
                \(message.id), \(message.origin), \(message.submitter), \(message.envelopeFrom?.wireForm),
                \(message.envelopeID), \(message.returnsAll), \(message.protection), \(message.from.wireForm),
                \(message.messageID), \(message.size), \(message.chunks), \(message.isEightBit),
                \(message.needsSMTPUTF8), \(message.receivedAt)
            )
            """)
    }

    func message(_ id: StoredMessageID) throws -> StoredMessage? {
        try sql.first("SELECT \(Self.columns) FROM message WHERE id = \(id)") { row in
            StoredMessage(
                id: try row.identifier(), origin: try row.choice(), submitter: try row.text(),
                envelopeFrom: try row.emailOrNil(), envelopeID: try row.text(), returnsAll: try row.flag(),
                protection: try row.choice(), from: try row.email(), messageID: try row.text(),
                size: try row.integer(), chunks: try row.count(), isEightBit: try row.flag(),
                needsSMTPUTF8: try row.flag(), receivedAt: try row.date())
        }
    }

    func insertChunk(_ number: Int, of id: StoredMessageID, sealed: Data, at: Date) throws {
        try sql.run(
            """
            INSERT INTO message_chunk (message, number, stored_at, sealed)
            VALUES (\(id), \(number), \(at), \(sealed))
            """)
    }

    func chunk(_ number: Int, of id: StoredMessageID) throws -> Data? {
        try sql.first("SELECT sealed FROM message_chunk WHERE message = \(id) AND number = \(number)") { row in
            try row.data()
        }
    }

    func removeChunks(of id: StoredMessageID) throws {
        try sql.run("DELETE FROM message_chunk WHERE message = \(id)")
    }

    func removeChunksIfFinished(of id: StoredMessageID) throws {
        try sql.run(
            """
            DELETE FROM message_chunk WHERE message = \(id) AND NOT EXISTS (
                SELECT 1 FROM outbox WHERE outbox.message = \(id) AND \(Self.isUnfinished))
            """)
    }

    func removeAbandoned(before: Date) throws -> Int {
        try sql.touched(
            """
            DELETE FROM message_chunk WHERE stored_at < \(before)
                AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = message_chunk.message)
            """)
    }

    func removeFinished(before: Date, limit: Int) throws -> Int {
        let finished: [StoredMessageID] = try sql.all(
            """
            SELECT id FROM message WHERE received_at < \(before) AND NOT EXISTS (
                SELECT 1 FROM outbox WHERE outbox.message = message.id AND \(Self.isUnfinished))
            ORDER BY received_at LIMIT \(limit)
            """
        ) { try $0.identifier() }
        guard !finished.isEmpty else { return 0 }
        let rows: Statement = "SELECT id FROM outbox WHERE message IN \(list: finished)"
        try sql.run("DELETE FROM outbox_attempt WHERE entry IN (\(rows))")
        try sql.run("DELETE FROM outbox WHERE message IN \(list: finished)")
        try sql.run("DELETE FROM message_chunk WHERE message IN \(list: finished)")
        return try sql.touched("DELETE FROM message WHERE id IN \(list: finished)")
    }

    private static let isUnfinished: Statement = "outbox.state NOT IN ('handed-over', 'failed', 'cancelled')"
}
