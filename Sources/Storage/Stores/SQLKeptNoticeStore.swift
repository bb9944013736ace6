import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates

/// Kept notices in SQL.
struct SQLKeptNoticeStore: KeptNoticeStore {
    let sql: any StatementRunner

    func insert(_ notice: KeptNotice) throws {
        try sql.run(
            """
            INSERT INTO kept_notice (id, kind, reader, language, sealed, kept_at) VALUES (
                \(notice.id), \(notice.kind), \(notice.reader.address), \(notice.reader.language), \(notice.sealed),
                \(notice.at)
            )
            """)
    }

    func readers(keptUntil: Date, limit: Int) throws -> [KeptNotice.Reader] {
        try sql.all(
            "SELECT DISTINCT reader, language FROM kept_notice WHERE kept_at <= \(keptUntil) LIMIT \(limit)"
        ) { row in
            KeptNotice.Reader(address: try row.text(), language: try row.choice())
        }
    }

    func notices(for reader: KeptNotice.Reader, limit: Int) throws -> [KeptNotice] {
        try sql.all(
            """
            SELECT id, kind, sealed, kept_at FROM kept_notice
            WHERE reader = \(reader.address) AND language = \(reader.language) ORDER BY kept_at, id LIMIT \(limit)
            """
        ) { row in
            KeptNotice(
                id: try row.identifier(), kind: try row.choice(), reader: reader, sealed: try row.data(),
                at: try row.date())
        }
    }

    func remove(_ id: KeptNoticeID) throws {
        try sql.run("DELETE FROM kept_notice WHERE id = \(id)")
    }

    func removeAll(to address: EmailAddress) throws {
        try sql.run("DELETE FROM kept_notice WHERE reader = \(address.comparisonKey)")
    }
}
