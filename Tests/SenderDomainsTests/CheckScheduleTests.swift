import FoundationEssentials
import SenderDomains
import Testing

@Suite struct CheckScheduleTests {
    func wait(_ age: TimeInterval, doubted: Bool = false, cached: Int? = nil) -> TimeInterval {
        let now = Date.start.after(age)
        return CheckSchedule.next(after: now, changedAt: .start, isDoubted: doubted, cachedSeconds: cached)
            .timeIntervalSince(now)
    }

    @Test func oftenForADayHourlyForTwoWeeksThenDaily() {
        #expect(wait(0) == 300 && wait(86_399) == 300)
        #expect(wait(86_400) == 3_600 && wait(14 * 86_400 - 1) == 3_600)
        #expect(wait(14 * 86_400) == 86_400 && wait(1e9) == 86_400)
    }

    @Test func aDoubtIsConfirmedSoon() {
        #expect(wait(1e9, doubted: true) == 300)
    }

    @Test func anOldValueIsWaitedFor() {
        #expect(wait(0, cached: 120) == 121 && wait(0, cached: 2) == 30 && wait(0, cached: 86_400) == 300)
    }
}
