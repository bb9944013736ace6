import Foundation
import Testing

@testable import Outbox

@Suite struct WorkerProgressTests {
    let start = OutboxHouse.start

    @Test func pausesGrowToFiveMinutes() {
        let progress = WorkerProgress()
        var now = start
        var pauses: [Double] = []
        for _ in 1...8 {
            progress.serverFailed(at: now)
            let until = progress.pausedUntil ?? now
            pauses.append(until.timeIntervalSince(now))
            now = until
        }
        #expect(pauses == [10, 20, 40, 80, 160, 300, 300, 300])
        #expect(progress.isProbing)
        progress.serverAnswered()
        #expect(!progress.isProbing && progress.pausedUntil == nil)
    }

    @Test func failuresOfMailsThatWereUnderWayTogetherCountOnce() {
        let progress = WorkerProgress()
        for _ in 1...10 { progress.serverFailed(at: start) }
        #expect(progress.pausedUntil == start.addingTimeInterval(10))
    }

    @Test func anotherWayOutEndsThePause() {
        let progress = WorkerProgress()
        progress.note(wayOut: ["a"])
        progress.serverFailed(at: start)
        progress.note(wayOut: ["a"])
        #expect(progress.isProbing)
        progress.note(wayOut: ["b"])
        #expect(!progress.isProbing)
    }

    @Test func leasesAreRenewedInTime() {
        let progress = WorkerProgress()
        #expect(!progress.isRenewalDue(at: start, every: 20))
        #expect(!progress.isRenewalDue(at: start.addingTimeInterval(19), every: 20))
        #expect(progress.isRenewalDue(at: start.addingTimeInterval(20), every: 20))
        #expect(!progress.isRenewalDue(at: start.addingTimeInterval(21), every: 20))
    }
}
