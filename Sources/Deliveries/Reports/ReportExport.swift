import Foundation
import MailMessage

/// A report as a file, a month at a time, so that it takes the same memory however many months it has.
public struct ReportExport: Sendable {
    private struct Line: Encodable {
        let month: String
        let sender: String
        let email: String?
        let name: String
        let groups: [String]
        let deliveries: Int
        let recipients: Int
        let files: Int
        let octets: Int64
        let withFiles: Int
        let fetched: Int
        let bounces: Int

        init(_ line: ReportLine) {
            month = line.month.name
            sender = line.sender.description
            email = line.email?.displayForm
            name = line.name
            groups = line.groups.map(\.name)
            deliveries = line.figures.deliveries
            recipients = line.figures.recipients
            files = line.figures.files
            octets = line.figures.octets
            withFiles = line.figures.withFiles
            fetched = line.figures.fetched
            bounces = line.figures.bounces
        }

        var row: CSVRow {
            CSVRow(
                [month, sender, email ?? "", name]
                    + [deliveries, recipients, files, Int(octets), withFiles, fetched, bounces].map { String($0) }
                    + [groups.joined(separator: "; ")])
        }
    }

    private static let columns = [
        "month", "sender", "email", "name", "deliveries", "recipients", "files", "octets", "withFiles", "fetched",
        "bounces", "groups",
    ]

    /// The form.
    public let format: AuditExport.Format
    private let database: any Database
    private let settings: SettingsService
    private let request: ReportRequest
    private var place = 0
    private var count = 0

    init(
        _ format: AuditExport.Format, _ request: ReportRequest, database: any Database, settings: SettingsService
    ) {
        self.format = format
        self.request = request
        self.database = database
        self.settings = settings
    }

    /// The next part, the oldest month first; nil after the last.
    public mutating func next() async throws -> String? {
        let months = request.all
        guard place < months.count else { return nil }
        let lines = try await Reports.lines(of: months[place], sender: request.sender, database, settings).map {
            Line($0)
        }
        let isFirst = place == 0
        place += 1
        let (former, isLast) = (count, place == months.count)
        count += lines.count
        switch format {
        case .csv:
            // The mark lets spreadsheets read UTF-8.
            return (isFirst ? "\u{feff}" + CSVRow(Self.columns).text : "") + lines.map(\.row.text).joined()
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let objects = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            let joint = former == 0 || objects.isEmpty ? "" : ",\n"
            return (isFirst ? "{\"items\":[" : "") + joint + objects.joined(separator: ",\n")
                + (isLast ? "],\"total\":\(count)}\n" : "")
        }
    }

    /// All parts in one: for those who cannot take a stream.
    public mutating func whole() async throws -> String {
        var text = ""
        while let part = try await next() { text += part }
        return text
    }
}
