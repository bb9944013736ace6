import Deliveries
import Foundation
import Localization
import MailMessage

/// The languages of readers in SQL.
struct SQLReaderLanguageStore: ReaderLanguageStore {
    /// No statement has more placeholders than this.
    private static let mostAtOnce = 500

    let sql: any StatementRunner

    private static func read(_ row: inout RowReader) throws -> (String, Language) {
        (try row.text(), try row.choice())
    }

    func set(_ language: Language, of address: EmailAddress, at: Date) throws {
        try sql.run(
            """
            INSERT INTO reader_language (address, language, chosen_at) VALUES (
                \(address.comparisonKey), \(language), \(at)
            ) ON CONFLICT (address) DO UPDATE SET language = excluded.language, chosen_at = excluded.chosen_at
            """)
    }

    func languages(of addresses: [EmailAddress]) throws -> [String: Language] {
        var known: [String: Language] = [:]
        var rest = addresses.map(\.comparisonKey)[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.mostAtOnce)
            for (key, language) in try sql.all(
                "SELECT email_key, language FROM account WHERE email_key IN \(list: part)", Self.read)
            {
                known[key] = language
            }
            for (key, language) in try sql.all(
                "SELECT address, language FROM reader_language WHERE address IN \(list: part)", Self.read)
            {
                known[key] = language
            }
            rest = rest.dropFirst(Self.mostAtOnce)
        }
        return known
    }
}
