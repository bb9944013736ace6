import Foundation
import Localization

/// A moment as a page shows it: relative in the text, exact on hover and for screen readers.
struct TimeView: Sendable, Equatable {
    let machine: String
    let exact: String
    let text: String

    /// - Parameters:
    ///   - date: the moment.
    ///   - now: the present.
    ///   - timeZone: the zone of the exact form.
    ///   - text: the reader's language.
    init(_ date: Date, now: Date, timeZone: TimeZone, text: Localizer) {
        machine = Self.machineForm(date)
        exact = text.dateTime(date, timeZone: timeZone)
        self.text = text.relative(date, now: now)
    }

    /// `2026-11-22T13:05:00Z`
    private static func machineForm(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
