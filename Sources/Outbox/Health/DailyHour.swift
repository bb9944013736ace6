import Deliveries
import Foundation

/// An hour of each day by the clocks of a time zone.
struct DailyHour: Sendable {
    /// 0 to 23.
    let hour: Int
    let zone: TimeZone

    /// When it begins on a day. Where the clocks leave it out, right after; where they have it twice, the first time.
    func begin(on day: LocalDay) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        // Clocks are put forward and back by quarters of an hour at the least.
        var moment = day.start
        while moment < day.end, calendar.component(.hour, from: moment) < hour { moment.addTimeInterval(900) }
        return min(moment, day.end)
    }

    /// When it begins next.
    func next(after now: Date) -> Date {
        let today = LocalDay(of: now, in: zone)
        let begin = begin(on: today)
        return begin > now ? begin : self.begin(on: LocalDay(of: today.end, in: zone))
    }
}
