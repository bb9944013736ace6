public import Foundation

/// A calendar month; from when to when it lasts, the time zone of the installation decides.
public struct ReportMonth: Hashable, Comparable, Sendable {
    /// The year, 1970 to 9998.
    public let year: Int
    /// 1 to 12.
    public let month: Int

    private init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// Reads `2026-11`; `nil` for anything else.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        let isDigit = { (octet: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }
        guard octets.count == 7, octets[4] == UInt8(ascii: "-"), octets[..<4].allSatisfy(isDigit),
            octets[5...].allSatisfy(isDigit), let year = Int(text.prefix(4)), let month = Int(text.suffix(2)),
            (1970...9998).contains(year), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    /// The month that a moment belongs to.
    public init(of moment: Date, in zone: TimeZone) {
        let parts = LocalDay.calendar(zone).dateComponents([.year, .month], from: moment)
        self.init(year: parts.year ?? 1970, month: parts.month ?? 1)
    }

    /// Its name, such as `2026-11`.
    public var name: String {
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + (month < 10 ? "-0" : "-")
            + String(month)
    }

    /// The month that many months later, or earlier.
    public func adding(_ months: Int) -> ReportMonth {
        let number = year * 12 + month - 1 + months
        return ReportMonth(year: number / 12, month: number % 12 + 1)
    }

    /// When it begins, and when the next one does.
    public func interval(in zone: TimeZone) -> (start: Date, end: Date) {
        (start(in: zone), adding(1).start(in: zone))
    }

    private func start(in zone: TimeZone) -> Date {
        let calendar = LocalDay.calendar(zone)
        // At noon it is the first of the month everywhere; the day may begin at another hour than zero.
        let noon = calendar.date(from: DateComponents(year: year, month: month, day: 1, hour: 12))
        return noon.map { calendar.startOfDay(for: $0) } ?? .distantPast
    }

    /// The earlier month comes first.
    public static func < (left: ReportMonth, right: ReportMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
