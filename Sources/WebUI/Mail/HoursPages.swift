import Deliveries
import Foundation
import Hummingbird
import Localization
import Outbox
import WebServer

/// Administration → Outbox → Hour by hour: what became of mail, as a chart and as a table.
struct HoursPages {
    private static let ranges = [24, 72]

    let renderer: PageRenderer
    let outbox: OutboxActions

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/outbox/hours", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let wanted = Int(request.query("hours")) ?? Self.ranges[0]
        let count = Self.ranges.contains(wanted) ? wanted : Self.ranges[0]
        let now = renderer.now()
        let present = (now.timeIntervalSince1970 / MailHour.length).rounded(.down) * MailHour.length
        let starts = (0..<count).map {
            Date(timeIntervalSince1970: present - Double(count - 1 - $0) * MailHour.length)
        }
        let chart = HourChart(
            try await outbox.hours(since: starts[0]), starts: starts, text: text,
            hour: { text.dateTime($0, timeZone: context.web.timeZone) })
        let page = HoursPage(
            page: renderer.frame(
                text("page.outbox.tab.hours"), .administration("/admin/outbox"), request, context),
            tabs: OutboxTab.hours.views(context),
            ranges: Self.ranges.map { hours in
                FilterView(
                    href: "/admin/outbox/hours?hours=\(hours)", label: text.plural("page.outbox.lastHours", hours),
                    isCurrent: hours == count)
            }, width: HourChart.width, charts: chart.charts,
            first: text.dateTime(starts[0], timeZone: context.web.timeZone),
            middle: text.dateTime(starts[count / 2], timeZone: context.web.timeZone),
            last: text("page.outbox.presentHour"), rows: chart.rows)
        return renderer.response(page)
    }
}

/// Hours as columns, one chart for each thing that can become of an attempt: so that nothing is told by colour.
struct HourChart {
    private static let extent = (width: 720, height: 72)
    static var width: String { String(extent.width) }

    private let counts: [MailFate: [Int]]
    private let starts: [Date]
    private let text: Localizer
    private let hour: (Date) -> String

    /// - Parameters:
    ///   - hours: what was counted.
    ///   - starts: the hours to show, oldest first.
    ///   - hour: how an hour is called.
    init(_ hours: [MailHour], starts: [Date], text: Localizer, hour: @escaping (Date) -> String) {
        let place = Dictionary(starts.enumerated().map { ($1, $0) }) { first, _ in first }
        var counts: [MailFate: [Int]] = [:]
        for kind in MailFate.allCases {
            var columns = [Int](repeating: 0, count: starts.count)
            for one in hours where kind.outcomes.contains(one.outcome) {
                if let index = place[one.start] { columns[index] += one.count }
            }
            counts[kind] = columns
        }
        self.counts = counts
        self.starts = starts
        self.text = text
        self.hour = hour
    }

    var charts: [HoursPage.Chart] {
        MailFate.allCases.map { kind in
            let columns = counts[kind] ?? []
            let (total, most) = (columns.reduce(0, +), columns.max() ?? 0)
            let name = text("page.outbox.became.\(kind.rawValue)")
            return .init(
                kind: kind.look.kind, icon: kind.look.icon, title: name, total: text.number(total),
                most: most == 0
                    ? text("page.outbox.noneThen") : text("page.outbox.mostInHour", ["count": text.number(most)]),
                label: text(
                    "page.outbox.chartLabel",
                    ["what": name, "total": text.number(total), "most": text.number(most)]),
                bars: bars(columns, most: most))
        }
    }

    private func bars(_ columns: [Int], most: Int) -> [HoursPage.Bar] {
        let pitch = Self.extent.width / max(1, columns.count)
        return columns.enumerated().filter { $1 > 0 }.map { index, count in
            // One of many is still seen.
            let height = max(2, count * Self.extent.height / max(1, most))
            return .init(
                x: String(index * pitch), y: String(Self.extent.height - height), width: String(pitch - pitch / 5 - 1),
                height: String(height), title: "\(hour(starts[index])): \(text.number(count))")
        }
    }

    /// The same as a table, newest first.
    var rows: [HoursPage.Row] {
        func count(_ kind: MailFate, _ index: Int) -> String { text.number(counts[kind]?[index] ?? 0) }
        return starts.indices.reversed().map { index in
            .init(
                hour: hour(starts[index]), sent: count(.sent, index), deferred: count(.deferred, index),
                refused: count(.refused, index))
        }
    }
}

extension MailFate {
    /// The colour and the sign of its chart.
    var look: (kind: String, icon: String) {
        switch self {
        case .sent: ("good", "check")
        case .deferred: ("warn", "clock")
        case .refused: ("bad", "stop")
        }
    }
}
