import Testing

@testable import Storage

/// The server's time by a machine's steady clock.
@Suite struct ClockComparisonTests {
    private func sample(_ asked: Int64, _ answered: Int64, _ server: Int64) -> ClockComparison.Sample {
        .init(askedAt: asked, answeredAt: answered, serverTime: server)
    }

    @Test func theQuickestAnswerIsBelievedAndTakenForTheMiddleOfItsWay() throws {
        let comparison = try #require(
            ClockComparison([sample(0, 1_000, 9_000), sample(2_000, 2_010, 7_005), sample(3_000, 3_400, 1)]))
        #expect(comparison.offset == 5_000)
        #expect(ClockComparison([]) == nil)
    }

    @Test func timeGoesOnWithTheSteadyClock() throws {
        var comparison = try #require(ClockComparison([sample(10, 10, 1_010)]))
        #expect([10, 11, 500].map { comparison.time(at: $0) } == [1_010, 1_011, 1_500])
        comparison.adopt([])
        #expect(comparison.time(at: 600) == 1_600)
    }

    @Test func aServerThatIsAheadIsFollowedAtOnce() throws {
        var comparison = try #require(ClockComparison([sample(0, 0, 1_000)]))
        #expect(comparison.time(at: 0) == 1_000)
        comparison.adopt([sample(10, 10, 90_010)])
        #expect(comparison.time(at: 10) == 90_010)
    }

    @Test func aServerThatIsBehindIsWaitedForAtHalfSpeed() throws {
        var comparison = try #require(ClockComparison([sample(0, 0, 10_000)]))
        #expect(comparison.time(at: 1_000) == 11_000)
        comparison.adopt([sample(1_000, 1_000, 10_000)])
        // However often it is asked.
        var last: Int64 = 0
        for steady in stride(from: Int64(1_000), through: 2_000, by: 3) {
            let time = comparison.time(at: steady)
            #expect(time >= last)
            last = time
        }
        #expect(comparison.time(at: 2_000) == 11_500)
        #expect(comparison.time(at: 3_000) == 12_000)
        // Made up for: the server's time again.
        #expect(comparison.time(at: 4_000) == 13_000)
        #expect(comparison.time(at: 4_001) == 13_001)
    }

    @Test func nothingGoesBackwardsWhenTheSteadyTimeComesOutOfOrder() throws {
        var comparison = try #require(ClockComparison([sample(0, 0, 0)]))
        #expect([5, 4, 5, 6].map { comparison.time(at: $0) } == [5, 5, 5, 6])
    }
}
