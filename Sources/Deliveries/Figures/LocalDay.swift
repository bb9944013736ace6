public import Foundation

/// A calendar day in a time zone: as long as the clocks there make it.
public struct LocalDay: Hashable, Sendable {
    /// When it begins.
    public let start: Date
    /// When the next one begins.
    public let end: Date

    /// The day that a moment belongs to.
    public init(of moment: Date, in zone: TimeZone) {
        let calendar = Self.calendar(zone)
        start = calendar.startOfDay(for: moment)
        // Noon of the next day is there in every zone, whatever its midnight.
        end = calendar.startOfDay(for: calendar.date(byAdding: .hour, value: 36, to: start) ?? moment)
    }

    /// The last days, oldest first, the one of `now` the last.
    public static func last(_ count: Int, now: Date, in zone: TimeZone) -> [LocalDay] {
        var days = [LocalDay(of: now, in: zone)]
        while days.count < count, let first = days.last {
            days.append(LocalDay(of: first.start.addingTimeInterval(-1), in: zone))
        }
        return days.reversed()
    }

    /// Its name, such as `2026-11-26`.
    public func name(in zone: TimeZone) -> String {
        let parts = Self.calendar(zone).dateComponents([.year, .month, .day], from: start)
        func digits(_ number: Int?, _ count: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
    }

    static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}
