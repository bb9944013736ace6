import Deliveries
import Foundation
import Localization
import MailMessage

/// The table recipients × files.
struct RecipientTable {
    /// More columns than this nobody reads: then one column counts the files.
    static let mostColumns = 8

    let detail: DeliveryDetail
    let isOpen: Bool
    let text: Localizer
    let time: (Date) -> TimeView

    private var isGathered: Bool { detail.files.count > Self.mostColumns }

    /// The files at the head.
    var columns: [DeliveryPage.Column] {
        guard isGathered else { return detail.files.map { .init(name: $0.name, size: text.size($0.size)) } }
        return [
            .init(
                name: text("page.delivery.allFiles"),
                size: text.plural(
                    "page.deliveries.files", detail.files.count,
                    ["size": text.size(detail.files.reduce(0) { $0 + $1.size })]))
        ]
    }

    /// The recipients from a place on; behind the last one, those who came by a shared link.
    func rows(from offset: Int, limit: Int) -> [DeliveryPage.RecipientRow] {
        let part = detail.recipients.dropFirst(offset).prefix(limit)
        var rows = part.map(row)
        if !detail.fetchedByOthers.isEmpty, offset + part.count == detail.recipients.count { rows.append(others) }
        return rows
    }

    private func row(of recipient: RecipientStatus) -> DeliveryPage.RecipientRow {
        let mail = MailWords(
            recipient.sending, wish: recipient.wish, isOwnMail: detail.delivery.path == .addIn, text: text, time: time)
        let hasAll = detail.files.allSatisfy { recipient.fetchedFiles[$0.id] != nil }
        let canCorrect = isOpen && recipient.fetchedFiles.isEmpty
        let canRemind = isOpen && !detail.files.isEmpty && !hasAll && mail.hasLeft && recipient.wish == .all
        let canResend = isOpen && mail.hasFailed && recipient.wish != .none
        return .init(
            id: recipient.recipient.id.description,
            name: recipient.recipient.name.isEmpty ? nil : recipient.recipient.name,
            address: recipient.recipient.email.displayForm, hasActions: canCorrect || canRemind || canResend,
            canCorrect: canCorrect, canRemind: canRemind, canResend: canResend, status: mail.status,
            statusTime: mail.at, reason: mail.reason,
            passage: mail.hasLeft ? recipient.passage.map { OutboxWords(text: text).passage($0) } : nil,
            opened: recipient.openedAt.map(time),
            scanner: recipient.scannerVisits > 0
                ? text.plural("page.delivery.scanner", recipient.scannerVisits) : nil,
            cells: cells(recipient.fetchedFiles))
    }

    private var others: DeliveryPage.RecipientRow {
        .init(
            id: "", name: nil, address: text("page.delivery.someone"), hasActions: false, canCorrect: false,
            canRemind: false, canResend: false,
            status: StatusView(.plain, icon: "people", text("page.delivery.sharedLink")), statusTime: nil, reason: nil,
            passage: nil, opened: nil, scanner: nil, cells: cells(detail.fetchedByOthers))
    }

    private func cells(_ fetches: [DeliveryFileID: Fetch]) -> [DeliveryPage.Cell] {
        guard isGathered else { return detail.files.map { cell($0.name, fetches[$0.id]?.firstAt) } }
        let count = detail.files.count { fetches[$0.id] != nil }
        let label = text("page.delivery.allFiles")
        if count == 0 { return [cell(label, nil)] }
        let last = detail.files.compactMap { fetches[$0.id]?.firstAt }.max()
        if count == detail.files.count { return [cell(label, last)] }
        let words = text(
            "page.delivery.someFiles", ["count": text.number(count), "total": text.number(detail.files.count)])
        return [
            .init(label: label, status: StatusView(.active, icon: "fetch", words), time: last.map(time))
        ]
    }

    private func cell(_ label: String, _ at: Date?) -> DeliveryPage.Cell {
        guard let at else {
            let word = text(isOpen ? "page.delivery.notYet" : "page.delivery.notFetched")
            return .init(label: label, status: StatusView(.plain, icon: "dash", word), time: nil)
        }
        return .init(
            label: label, status: StatusView(.good, icon: "check", text("page.delivery.fetched")), time: time(at))
    }
}
