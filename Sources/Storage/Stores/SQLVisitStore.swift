import Deliveries
import Foundation

/// Visitors and codes in SQL; downloads and traces are in an extension.
struct SQLVisitStore: VisitStore {
    let sql: any StatementRunner

    private static let columns: Statement = """
        id, token_hash, link, delivery, recipient, proven_at, password_given_at, created_at
        """

    private static func read(_ row: inout RowReader) throws -> Visitor {
        Visitor(
            id: try row.identifier(), tokenHash: try row.text(), link: try row.identifier(),
            delivery: try row.identifier(), recipient: try row.identifierOrNil(), provenAt: try row.dateOrNil(),
            passwordGivenAt: try row.dateOrNil(), createdAt: try row.date())
    }

    func insert(_ visitor: Visitor) throws {
        try sql.run(
            """
            INSERT INTO visitor (\(Self.columns)) VALUES (
                \(visitor.id), \(visitor.tokenHash), \(visitor.link), \(visitor.delivery), \(visitor.recipient),
                \(visitor.provenAt), \(visitor.passwordGivenAt), \(visitor.createdAt)
            )
            """)
    }

    func update(_ visitor: Visitor) throws {
        try sql.run(
            """
            UPDATE visitor SET
                recipient = \(visitor.recipient), proven_at = \(visitor.provenAt),
                password_given_at = \(visitor.passwordGivenAt)
            WHERE id = \(visitor.id)
            """)
    }

    func visitor(tokenHash: String, link: LinkID) throws -> Visitor? {
        try sql.first(
            "SELECT \(Self.columns) FROM visitor WHERE token_hash = \(tokenHash) AND link = \(link)", Self.read)
    }

    func visitor(_ id: VisitorID) throws -> Visitor? {
        try sql.first("SELECT \(Self.columns) FROM visitor WHERE id = \(id)", Self.read)
    }

    func removeVisitors(of recipient: RecipientID) throws {
        let visitors: Statement = "(SELECT id FROM visitor WHERE recipient = \(recipient))"
        try sql.run("DELETE FROM mailed_code WHERE visitor IN \(visitors)")
        try sql.run("DELETE FROM download_grant WHERE visitor IN \(visitors)")
        try sql.run("DELETE FROM visitor WHERE recipient = \(recipient)")
    }

    private static let codeColumns: Statement = """
        id, visitor, recipient, code_hash, created_at, expires_at, tries, used_at
        """

    func insert(_ code: MailedCode) throws {
        try sql.run(
            """
            INSERT INTO mailed_code (\(Self.codeColumns)) VALUES (
                \(code.id), \(code.visitor), \(code.recipient), \(code.codeHash), \(code.createdAt),
                \(code.expiresAt), \(code.tries), \(code.usedAt)
            )
            """)
    }

    func update(_ code: MailedCode) throws {
        try sql.run("UPDATE mailed_code SET tries = \(code.tries), used_at = \(code.usedAt) WHERE id = \(code.id)")
    }

    func codes(of visitor: VisitorID) throws -> [MailedCode] {
        try sql.all(
            """
            SELECT \(Self.codeColumns) FROM mailed_code WHERE visitor = \(visitor)
            ORDER BY created_at DESC, id DESC LIMIT 50
            """
        ) { row in
            MailedCode(
                id: try row.identifier(), visitor: try row.identifier(), recipient: try row.identifier(),
                codeHash: try row.text(), createdAt: try row.date(), expiresAt: try row.date(),
                tries: try row.count(), usedAt: try row.dateOrNil())
        }
    }

    func codeCount(recipient: RecipientID, since: Date) throws -> Int {
        Int(
            try sql.number(
                "SELECT count(*) FROM mailed_code WHERE recipient = \(recipient) AND created_at >= \(since)"))
    }
}
