import Deliveries
import Foundation
import Localization
import MailTemplates

/// The versions of mail templates in SQL.
struct SQLMailTemplateStore: MailTemplateStore {
    private static let columns: Statement = """
        mail_template.kind, mail_template.language, version, subject, body, plain_text, phrases, changed_by, changed_at
        """

    let sql: any StatementRunner

    /// A row; nil for one of a kind or language that is not known.
    private static func read(_ row: inout RowReader) throws -> StoredMailTemplate? {
        let kind = MailKind(rawValue: try row.text())
        let language = Language(rawValue: try row.text())
        let version = try row.count()
        let (subject, body, text) = (try row.textOrNil(), try row.textOrNil(), try row.textOrNil())
        let phrases = try row.textOrNil()
        let (changedBy, changedAt): (AccountID?, Date) = (try row.identifierOrNil(), try row.date())
        guard let kind, let language else { return nil }
        return StoredMailTemplate(
            place: MailTemplatePlace(kind, language), version: version,
            source: subject.map {
                TemplateSource(subject: $0, body: body ?? "", text: text, phrases: Self.read(phrases: phrases))
            }, changedBy: changedBy,
            changedAt: changedAt)
    }

    private static func read(phrases: String?) -> [String: String] {
        phrases.flatMap { try? JSONDecoder().decode([String: String].self, from: Data($0.utf8)) } ?? [:]
    }

    private static func write(_ phrases: [String: String]) throws -> String? {
        if phrases.isEmpty { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(phrases), as: UTF8.self)
    }

    func newest() throws -> [StoredMailTemplate] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM mail_template JOIN (
                SELECT kind, language, max(version) AS newest FROM mail_template GROUP BY kind, language
            ) AS last ON last.kind = mail_template.kind AND last.language = mail_template.language
                AND last.newest = version
            """, Self.read
        ).compactMap { $0 }
    }

    func newest(_ place: MailTemplatePlace) throws -> StoredMailTemplate? {
        try versions(place, limit: 1).first
    }

    func versions(_ place: MailTemplatePlace, limit: Int) throws -> [StoredMailTemplate] {
        try sql.all(
            """
            SELECT \(Self.columns) FROM mail_template WHERE kind = \(place.kind) AND language = \(place.language)
            ORDER BY version DESC LIMIT \(limit)
            """, Self.read
        ).compactMap { $0 }
    }

    func version(_ number: Int, of place: MailTemplatePlace) throws -> StoredMailTemplate? {
        try sql.all(
            """
            SELECT \(Self.columns) FROM mail_template
            WHERE kind = \(place.kind) AND language = \(place.language) AND version = \(number)
            """, Self.read
        ).first ?? nil
    }

    func insert(_ template: StoredMailTemplate) throws {
        let source = template.source
        try sql.run(
            """
            INSERT INTO mail_template (
                kind, language, version, subject, body, plain_text, phrases, changed_by, changed_at
            ) VALUES (
                \(template.place.kind), \(template.place.language), \(template.version), \(source?.subject),
                \(source?.body), \(source?.text), \(try source.flatMap { try Self.write($0.phrases) }),
                \(template.changedBy), \(template.changedAt)
            )
            """)
    }
}
