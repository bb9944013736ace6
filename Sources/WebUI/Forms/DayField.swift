import Foundation

/// A day as a field of that kind sends it: year-month-day.
enum DayField {
    /// The beginning of the day that was typed, or of one some days later; nil for what is no day.
    static func beginning(of typed: String, in timeZone: TimeZone, following days: Int = 0) -> Date? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let parts = typed.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        let components = DateComponents(calendar: calendar, timeZone: timeZone, year: year, month: month, day: day)
        guard components.isValidDate, let start = calendar.date(from: components) else { return nil }
        return calendar.date(byAdding: .day, value: days, to: start)
    }
}
