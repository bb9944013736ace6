import Deliveries
import Foundation
import MailMessage

/// Reports of what was sent.
extension AdminDesk {
    func report(month name: String?, months: Int, sender email: String?, format: String) async throws -> AdminReply {
        let reports = Reports(installation.accounts)
        guard (1...ReportRequest.mostMonths).contains(months) else {
            throw Misuse(text: "The months are a number from 1 to \(ReportRequest.mostMonths).")
        }
        let present = try await reports.presentMonth()
        guard let month = name.map({ ReportMonth($0) }) ?? present else {
            throw Misuse(text: "\(name ?? "") is not a month such as \(present.name).")
        }
        var sender: AccountID?
        if let email { sender = try await account(email).id }
        let request = ReportRequest(month: month, months: months, sender: sender)
        var json = reports.export(request, as: .json)
        var reply = AdminReply(json: try await json.whole().trimmingCharacters(in: .newlines))
        if format == "csv" {
            var csv = reports.export(request, as: .csv)
            // The mark at the begin is for spreadsheets that open a file.
            reply.lines = try await csv.whole().split(separator: "\r\n").map { line in
                line.hasPrefix("\u{feff}") ? String(line.dropFirst()) : String(line)
            }
        } else {
            for offset in 0..<months {
                let lines = try await reports.lines(of: month.adding(offset - months + 1), sender: sender)
                reply.lines += lines.map { Self.line($0) }
            }
        }
        return reply
    }

    private static func line(_ line: ReportLine) -> String {
        let figures = line.figures
        return [
            line.month.name, line.email?.displayForm ?? line.sender.description, "\(figures.deliveries) deliveries",
            "\(figures.recipients) recipients", "\(figures.files) files", "\(figures.octets) octets",
            figures.fetchedPercent.map { "\($0)% fetched" } ?? "nothing to fetch", "\(figures.bounces) bounces",
        ].joined(separator: "\t")
    }
}
