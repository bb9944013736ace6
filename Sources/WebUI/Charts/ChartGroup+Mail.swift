import Deliveries
import Foundation
import Localization

extension ChartGroup {
    /// What became of mail, hour by hour.
    ///
    /// - Parameters:
    ///   - hours: what was counted.
    ///   - starts: the hours to show, oldest first; the last one is the present one.
    ///   - zone: the time zone that hours are told in.
    static func mail(
        _ hours: [MailHour], starts: [Date], isStacked: Bool = false, zone: TimeZone, text: Localizer
    ) -> ChartGroup {
        ChartGroup(
            id: "mail-hours", title: text.plural("page.outbox.lastHours", starts.count),
            series: mailSeries(text) { fate in
                starts.map { hours.count(fate, from: $0, until: $0.addingTimeInterval(MailHour.length)) }
            }, labels: starts.map { text.dateTime($0, timeZone: zone) }, last: text("page.outbox.presentHour"),
            unit: text("page.outbox.hour"), isStacked: isStacked, text: text
        ) { text("page.outbox.mostInHour", ["count": text.number($0)]) }
    }

    /// One chart for each thing that can become of an attempt.
    static func mailSeries(_ text: Localizer, _ counts: (MailFate) -> [Int]) -> [Series] {
        MailFate.allCases.map { fate in
            let (kind, icon) =
                switch fate {
                case .sent: ("good", "check")
                case .deferred: ("warn", "clock")
                case .refused: ("bad", "stop")
                }
            return Series(
                kind: kind, icon: icon, title: text("page.adminStart.fate.\(fate.rawValue)"), counts: counts(fate))
        }
    }
}
