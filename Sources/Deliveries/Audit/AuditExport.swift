import Foundation
import MailMessage

/// The audit trail as a file, a part at a time, so that it takes the same memory whatever its length.
public struct AuditExport: Sendable {
    /// What the file is.
    public enum Format: String, Sendable, CaseIterable {
        /// RFC 4180, UTF-8.
        case csv
        /// One array of objects (RFC 8259).
        case json
    }

    private struct Line: Encodable {
        let number: Int64
        let at: String
        let action: String
        let actor: String?
        let actorEmail: String?
        let target: String
        let targetEmail: String?
        let clientAddress: String
    }

    private static let batch = 500
    private static let columns = [
        "number", "at", "action", "actor", "actorEmail", "target", "targetEmail", "clientAddress",
    ]

    /// The form.
    public let format: Format
    private let database: any Database
    private let search: AuditSearch
    /// The number below which the next part begins; nil at the beginning.
    private var before: Int64?
    private var isOver = false

    init(_ format: Format, database: any Database, search: AuditSearch) {
        self.format = format
        self.database = database
        self.search = search
    }

    /// The next part, newest entries first; nil after the last.
    public mutating func next() async throws -> String? {
        guard !isOver else { return nil }
        let (search, before) = (search, before)
        let lines = try await database.read { transaction in
            let records = try transaction.ledger.audit(
                matching: search.filter(in: transaction), before: before, offset: 0, limit: Self.batch)
            var emails: [String: String] = [:]
            for id in Set(records.compactMap(\.actor) + records.compactMap { AccountID($0.target) }) {
                emails[id.description] = try transaction.accounts.account(id)?.email.displayForm
            }
            return records.map { record in
                let actor = record.actor?.description ?? record.pseudonym
                return Line(
                    number: record.number, at: record.at.formatted(Self.timeForm), action: record.action, actor: actor,
                    actorEmail: actor.flatMap { emails[$0] }, target: record.target,
                    targetEmail: emails[record.target], clientAddress: record.clientAddress)
            }
        }
        isOver = lines.count < Self.batch
        self.before = lines.last?.number
        return try format == .csv ? csv(lines, isFirst: before == nil) : json(lines, isFirst: before == nil)
    }

    private static let timeForm = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private func csv(_ lines: [Line], isFirst: Bool) -> String {
        // The mark lets spreadsheets read UTF-8.
        var text = isFirst ? "\u{feff}" + CSVRow(Self.columns).text : ""
        for line in lines {
            text +=
                CSVRow([
                    String(line.number), line.at, line.action, line.actor ?? "", line.actorEmail ?? "", line.target,
                    line.targetEmail ?? "", line.clientAddress,
                ]).text
        }
        return text
    }

    private func json(_ lines: [Line], isFirst: Bool) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let objects = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let joint = isFirst || objects.isEmpty ? "" : ",\n"
        return (isFirst ? "[" : "") + joint + objects.joined(separator: ",\n") + (isOver ? "]\n" : "")
    }
}

/// A row of a CSV file (RFC 4180) that no spreadsheet takes for a formula.
public struct CSVRow: Equatable, Sendable {
    /// What a spreadsheet begins a formula with, or what it drops before looking for one.
    private static let formulaStarts: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]

    /// The row with its line end.
    public let text: String

    /// A row of these cells.
    public init(_ cells: [String]) {
        text = cells.map(Self.cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ value: String) -> String {
        let isFormula = value.unicodeScalars.first.map(formulaStarts.contains) ?? false
        let safe = isFormula ? "'" + value : value
        let needsQuotes = safe.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        return needsQuotes || isFormula ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}
