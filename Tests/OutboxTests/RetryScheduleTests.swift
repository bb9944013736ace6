import Deliveries
import Testing

@testable import Outbox

@Suite struct RetryScheduleTests {
    let schedule = RetrySchedule()

    func pause(_ attempts: Int, urgent: Bool = false, host: Bool = false, jitter: Double = 0.5) -> Double {
        schedule.pause(after: attempts, isUrgent: urgent, concernsHost: host, jitter: jitter)
    }

    @Test func pausesGrowAndStayAtFourHours() {
        #expect((1...9).map { pause($0) } == [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 14_400, 14_400])
        #expect(pause(0) == 60)
    }

    @Test func urgentMailIsTriedEachMinute() {
        #expect([1, 2, 7, 100].allSatisfy { pause($0, urgent: true) == 60 })
    }

    @Test func aServerThatIsDownDelaysMailByTenMinutesAtMost() {
        #expect((1...4).map { pause($0, host: true) } == [60, 300, 600, 600])
    }

    @Test func chanceSpreadsThePausesByAFifth() {
        for (jitter, expected) in [(0, 720), (1, 1_080), (-5, 720), (5, 1_080)] as [(Double, Double)] {
            #expect(abs(pause(3, jitter: jitter) - expected) < 0.001)
        }
    }

    @Test func mailIsTriedForFiveDays() {
        #expect(MailOutcome.longestWait == 432_000)
        // The pauses of five days are some thirty attempts, not thousands.
        var total = 0.0
        var attempts = 0
        while total < MailOutcome.longestWait {
            attempts += 1
            total += pause(attempts)
        }
        #expect((30...40).contains(attempts))
    }
}
