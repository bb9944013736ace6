import Foundation
import Testing

@testable import Deliveries

@Suite struct LocalDayTests {
    private func moment(_ text: String) throws -> Date { try Date.ISO8601FormatStyle().parse(text) }
    private func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    @Test func aDayIsAsLongAsTheClocksMakeIt() throws {
        let berlin = try zone("Europe/Berlin")
        func hours(_ text: String, _ zone: TimeZone) throws -> Double {
            let day = LocalDay(of: try moment(text), in: zone)
            return day.end.timeIntervalSince(day.start) / 3_600
        }
        #expect(try hours("2026-03-29T12:00:00Z", berlin) == 23)
        #expect(try hours("2026-10-25T12:00:00Z", berlin) == 25)
        #expect(try hours("2026-11-26T12:00:00Z", berlin) == 24)
        #expect(try hours("2026-11-26T12:00:00Z", zone("Asia/Kathmandu")) == 24)
        // There the clocks go forward at midnight: the day begins at one.
        #expect(try hours("2026-09-06T15:00:00Z", zone("America/Santiago")) == 23)
    }

    @Test func theLastDaysFollowOneAnother() throws {
        let berlin = try zone("Europe/Berlin")
        let days = LocalDay.last(30, now: try moment("2026-11-10T23:30:00Z"), in: berlin)
        #expect(days.count == 30 && days.last?.name(in: berlin) == "2026-11-11")
        #expect(days.first?.name(in: berlin) == "2026-10-13")
        for (one, next) in zip(days, days.dropFirst()) { #expect(one.end == next.start) }
    }

    @Test func aMonthIsReadStrictlyAndFollowsTheZone() throws {
        for text in [
            "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", " 2026-11", "٢٠٢٦-11", "", "=1+1", "1969-12",
        ] {
            #expect(ReportMonth(text) == nil, "\(text)")
        }
        let month = try #require(ReportMonth("2026-10"))
        let (start, end) = month.interval(in: try zone("Europe/Berlin"))
        let expected = (start: try moment("2026-09-30T22:00:00Z"), end: try moment("2026-10-31T23:00:00Z"))
        #expect(start == expected.start && end == expected.end)
        #expect(month.adding(3).name == "2027-01" && month.adding(-10).name == "2025-12")
        let late = try moment("2026-11-30T23:30:00Z")
        #expect(ReportMonth(of: late, in: try zone("Europe/Berlin")).name == "2026-12")
        #expect(ReportMonth(of: late, in: .gmt).name == "2026-11")
        #expect(try #require(ReportMonth("2026-02")) < month)
    }
}
