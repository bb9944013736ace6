import Foundation
import MailRouting
import Testing

struct DestinationPaceTests {
    private var pace = DestinationPace()
    private var generator = SeededGenerator(seed: 1)
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func at(_ seconds: TimeInterval) -> Date { start.addingTimeInterval(seconds) }

    private mutating func learn(_ outcome: AttemptOutcome, times: Int = 1, at seconds: TimeInterval = 0) {
        for _ in 0..<times { pace.learn(outcome, at: at(seconds), using: &generator) }
    }

    @Test mutating func beginsWithFiveConnections() {
        for _ in 0..<5 { #expect(pace.begin(at: start) == .go) }
        #expect(pace.begin(at: start) == .full)
        pace.end()
        #expect(pace.begin(at: start) == .go)
        #expect(pace.inUse == 5)
    }

    @Test mutating func roomIsWhatIsLeftAndNoneInAPause() {
        #expect(pace.appetite(at: start, waiting: 0) == 5)
        for _ in 0..<5 { _ = pace.begin(at: start) }
        #expect(pace.isFull)
        #expect(pace.appetite(at: start, waiting: 0) == 0)
        for _ in 0..<5 { pace.end() }
        learn(.slowDown)
        #expect(!pace.isFull)
        #expect(pace.appetite(at: at(1), waiting: 0) == 0)
        pace.resume()
        #expect(pace.appetite(at: at(1), waiting: 0) == 2)
    }

    @Test mutating func asManyMailsAgainAreAtHandWhereItGoesWell() {
        learn(.taken, times: 6)
        for _ in 0..<6 { _ = pace.begin(at: start) }
        #expect(pace.limit == 6)
        #expect(pace.appetite(at: start, waiting: 0) == 6)
        #expect(pace.appetite(at: start, waiting: 4) == 2)
        learn(.slowDown)
        #expect(pace.appetite(at: at(1), waiting: 0) == 0)
    }

    @Test mutating func otherBoundsHoldAtOnce() {
        learn(.taken, times: 1_000)
        pace.adopt(DestinationPace.Limits(maximum: 3))
        #expect(pace.limit == 3)
        learn(.taken, times: 10)
        #expect(pace.limit == 3)
    }

    @Test mutating func risesWithSuccessToTwenty() {
        learn(.taken, times: 6)
        #expect(pace.limit == 6)
        learn(.taken, times: 100)
        #expect((14...19).contains(pace.limit))
        learn(.taken, times: 1_000)
        #expect(pace.limit == 20)
    }

    @Test(arguments: AttemptOutcome.Trouble.allCases) func fallsWithTroubleToOne(_ trouble: AttemptOutcome.Trouble) {
        var pace = pace
        var generator = generator
        var limits: [Int] = []
        for _ in 0..<5 {
            pace.learn(.trouble(trouble), at: start, using: &generator)
            limits.append(pace.limit)
        }
        #expect(limits == [2, 1, 1, 1, 1])
        #expect(pace.begin(at: start) == .go, "one connection may always be tried")
    }

    @Test mutating func aRefusedMailChangesNothing() {
        let before = pace
        learn(.answered, times: 50)
        #expect(pace == before)
    }

    @Test mutating func slowDownPausesLongerEachTime() throws {
        var waits: [TimeInterval] = []
        var now: TimeInterval = 0
        for _ in 0..<8 {
            learn(.slowDown, at: now)
            guard case .wait(let until) = pace.begin(at: at(now)) else {
                Issue.record("no pause")
                return
            }
            waits.append(until.timeIntervalSince(at(now)))
            now = until.timeIntervalSince(start)
            #expect(pace.begin(at: at(now)) == .go)
            pace.end()
        }
        #expect(waits == waits.map { min($0, 900 * 1.25) })
        #expect((30...37.5).contains(waits[0]) && (60...75).contains(waits[1]) && (900...1_125).contains(waits[7]))
        #expect(pace.limit == 1)
    }

    @Test mutating func severalRepliesWithinAPauseCountOnce() {
        learn(.slowDown)
        let once = pace
        learn(.slowDown, times: 10, at: 5)
        #expect(pace == once)
        #expect(pace.limit == 2)
    }

    @Test mutating func aSuccessAfterThePauseForgetsIt() {
        learn(.slowDown)
        learn(.taken, at: 5)
        #expect(pace.begin(at: at(6)) != .go, "begun before the pause, it says nothing")
        learn(.taken, at: 60)
        learn(.slowDown, at: 61)
        guard case .wait(let until) = pace.begin(at: at(61)) else {
            Issue.record("no pause")
            return
        }
        #expect(until <= at(61 + 37.5))
    }

    @Test func boundsAreKeptSane() {
        let limits = DestinationPace.Limits(initial: 0, maximum: -5, pause: -1, longestPause: -2)
        #expect(DestinationPace(limits: limits).limit == 1)
    }
}
