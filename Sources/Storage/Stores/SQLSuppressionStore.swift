import Deliveries
import Foundation
import MailMessage

/// Suppressed addresses in SQL.
struct SQLSuppressionStore: SuppressionStore {
    /// No statement has more placeholders than this.
    static let mostAtOnce = 500

    let sql: any StatementRunner

    private static let columns: Statement = "email, reason, answer, source, suppressed_at"

    private static func read(_ row: inout RowReader) throws -> Suppression {
        Suppression(
            address: try row.email(), reason: try row.choice(), answer: try row.text(),
            source: try row.identifierOrNil(), at: try row.date())
    }

    static func matching(_ search: String) -> Statement {
        if search.isEmpty { return "" }
        return "AND search LIKE \(SearchText.pattern(containing: search)) ESCAPE '\\'"
    }

    func set(_ suppression: Suppression) throws {
        let address = suppression.address
        try sql.run(
            """
            INSERT INTO suppression (address, \(Self.columns), search) VALUES (
                \(address.comparisonKey), \(address.wireForm), \(suppression.reason), \(suppression.answer),
                \(suppression.source), \(suppression.at),
                \(SearchText.folded([address.wireForm, address.displayForm]))
            ) ON CONFLICT (address) DO UPDATE SET
                email = excluded.email, reason = excluded.reason, answer = excluded.answer, source = excluded.source,
                suppressed_at = excluded.suppressed_at, search = excluded.search
            """)
    }

    func suppression(of address: EmailAddress) throws -> Suppression? {
        try sql.first(
            "SELECT \(Self.columns) FROM suppression WHERE address = \(address.comparisonKey)", Self.read)
    }

    func suppressions(of addresses: [EmailAddress]) throws -> [Suppression] {
        var found: [Suppression] = []
        var rest = addresses.map(\.comparisonKey)[...]
        while !rest.isEmpty {
            found += try sql.all(
                "SELECT \(Self.columns) FROM suppression WHERE address IN \(list: rest.prefix(Self.mostAtOnce))",
                Self.read)
            rest = rest.dropFirst(Self.mostAtOnce)
        }
        return found
    }

    func remove(_ address: EmailAddress) throws -> Suppression? {
        try sql.first(
            "DELETE FROM suppression WHERE address = \(address.comparisonKey) RETURNING \(Self.columns)", Self.read)
    }

    func suppressions(search: String, offset: Int, limit: Int) throws -> [Suppression] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM suppression WHERE 1 = 1 \(Self.matching(search))
            ORDER BY suppressed_at DESC, address LIMIT \(limit) OFFSET \(offset)
            """, Self.read)
    }

    func suppressionCount(search: String) throws -> Int {
        Int(try sql.number("SELECT count(*) FROM suppression WHERE 1 = 1 \(Self.matching(search))"))
    }
}
