public import Foundation

extension Localizer {
    /// A day: `23. November 2026` or `23 November 2026`.
    public func date(_ date: Date, timeZone: TimeZone) -> String {
        let moment = CivilMoment(date, timeZone)
        return self(
            "time.date",
            ["day": String(moment.day), "month": self("time.month.\(moment.month)"), "year": String(moment.year)])
    }

    /// A day and the time of day: `23. November 2026, 14:05 Uhr` or `23 November 2026, 14:05`.
    ///
    /// `showingZone` adds the name of the zone, for readers who may be elsewhere: `14:05 Uhr (MEZ)`.
    public func dateTime(_ date: Date, timeZone: TimeZone, showingZone: Bool = false) -> String {
        let moment = CivilMoment(date, timeZone)
        let text = self(
            "time.dateTime",
            ["date": self.date(date, timeZone: timeZone), "time": Self.clock(moment.hour, moment.minute)])
        return showingZone ? "\(text) (\(zoneName(timeZone, at: date)))" : text
    }

    /// How long ago or how far ahead, in the largest sensible unit: `vor 5 Minuten`, `in 3 Tagen`, `gerade eben`.
    public func relative(_ date: Date, now: Date) -> String {
        let difference = date.timeIntervalSince(now)
        guard difference.isFinite else { return self("time.now") }
        let seconds = Int(min(abs(difference), 1e11))
        if seconds < 45 { return self("time.now") }
        let direction = difference < 0 ? "time.ago" : "time.ahead"
        let steps: [(name: String, unit: Int, limit: Int)] = [
            ("minutes", 60, 3_600), ("hours", 3_600, 86_400), ("days", 86_400, 30 * 86_400),
            ("months", 30 * 86_400, 365 * 86_400),
        ]
        for step in steps where seconds < step.limit {
            return plural("\(direction).\(step.name)", max(1, seconds / step.unit))
        }
        return plural("\(direction).years", max(1, seconds / (365 * 86_400)))
    }

    private static func clock(_ hour: Int, _ minute: Int) -> String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// The zone as people here call it, else its distance from UTC.
    private func zoneName(_ zone: TimeZone, at date: Date) -> String {
        let offset = zone.secondsFromGMT(for: date)
        if offset == 0 { return "UTC" }
        let central = ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Vaduz", "Europe/Luxembourg"]
        if central.contains(zone.identifier) {
            return self(offset == 3_600 ? "time.zone.central" : "time.zone.centralSummer")
        }
        let minutes = abs(offset) / 60
        let rest = minutes % 60 == 0 ? "" : ":\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
        return "UTC\(offset < 0 ? "-" : "+")\(minutes / 60)\(rest)"
    }
}

/// A moment on the Gregorian calendar in a zone, computed here so that every machine agrees.
struct CivilMoment: Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int

    init(_ date: Date, _ zone: TimeZone) {
        // Years 1 to 9999: what lies outside is a mistake elsewhere and must not trap here.
        let limits = (-62_135_596_800.0, 253_402_300_799.0)
        let utc = date.timeIntervalSince1970
        let clamped = utc.isNaN ? 0 : min(max(utc, limits.0), limits.1)
        let seconds = Int(clamped.rounded(.down)) + zone.secondsFromGMT(for: Date(timeIntervalSince1970: clamped))
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let inDay = seconds - days * 86_400
        hour = inDay / 3_600
        minute = inDay % 3_600 / 60
        // Days to civil date, with years that begin in March, in eras of 400 years.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
