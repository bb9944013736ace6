public import Foundation

/// Dates in headers (RFC 5322, 3.3).
public enum HeaderDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A date as `Mon, 23 Nov 2026 14:05:00 +0100`. The offset is seconds east of UTC, cut to whole minutes.
    public static func string(_ date: Date, utcOffset: Int = 0) -> String {
        let raw = date.timeIntervalSince1970
        // Years 1900 to 9999 are what the grammar has.
        let seconds = Int((raw.isNaN ? 0 : min(max(raw, -2_208_900_000), 253_402_200_000)).rounded(.down))
        let offset = max(-86_340, min(86_340, utcOffset)) / 60 * 60
        let local = seconds + offset
        let dayNumber = (local - (local % 86_400 + 86_400) % 86_400) / 86_400
        let inDay = local - dayNumber * 86_400
        let (year, month, day) = civil(dayNumber)
        let weekday = ((dayNumber + 4) % 7 + 7) % 7
        let zone = abs(offset) / 60
        return "\(days[weekday]), \(day) \(months[month - 1]) \(year) "
            + "\(two(inDay / 3_600)):\(two(inDay / 60 % 60)):\(two(inDay % 60)) "
            + "\(offset < 0 ? "-" : "+")\(two(zone / 60))\(two(zone % 60))"
    }

    /// Reads a date, also with obsolete zones, without a weekday, without seconds, with a comment; nil if it is none.
    public static func parse(_ text: String) -> Date? {
        let cleaned = text.prefix { $0 != "(" }.prefix(200)
        var words = cleaned.split { $0 == " " || $0 == "," || $0 == "\t" }.map(String.init)
        if let first = words.first, first.utf8.first?.isASCIIDigit == false { words.removeFirst() }
        guard words.count >= 4, let day = number(words[0], 1...31),
            let month = months.firstIndex(where: { $0.lowercased() == words[1].lowercased() }),
            var year = number(words[2], 0...9_999)
        else { return nil }
        // RFC 5322, 4.3: two digits below 50 are this century, three and two others count from 1900.
        if words[2].utf8.count < 4 { year += year < 50 && words[2].utf8.count == 2 ? 2_000 : 1_900 }
        let clock = words[3].split(separator: ":").map(String.init)
        guard clock.count == 2 || clock.count == 3, let hour = number(clock[0], 0...23),
            let minute = number(clock[1], 0...59), let second = clock.count == 3 ? number(clock[2], 0...60) : 0,
            let offset = words.count > 4 ? self.offset(words[4]) : 0
        else { return nil }
        let days = dayNumber(year, month + 1, day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3_600 + minute * 60 + second - offset))
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit), let value = Int(text) else {
            return nil
        }
        return range.contains(value) ? value : nil
    }

    /// Seconds east of UTC.
    private static func offset(_ zone: String) -> Int? {
        guard let sign = zone.first else { return nil }
        if sign == "+" || sign == "-" {
            let digits = String(zone.dropFirst())
            guard digits.utf8.count == 4, let value = number(digits, 0...9_959) else { return nil }
            return (value / 100 * 3_600 + value % 100 * 60) * (sign == "-" ? -1 : 1)
        }
        // RFC 5322, 4.3: other letters mean an unknown zone, to be read as UTC.
        let hours = ["EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7]
        return (hours[zone.uppercased()] ?? 0) * 3_600
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

    /// Days since 1970 to year, month, day; years begin in March, in eras of 400 years.
    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
