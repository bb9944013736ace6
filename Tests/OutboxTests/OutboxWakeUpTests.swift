import Testing

@testable import Outbox

@Suite struct OutboxWakeUpTests {
    @Test func aRingBeforeTheWaitSparesIt() async {
        let bell = OutboxWakeUp()
        bell.ring()
        bell.ring()
        await bell.wait(atMost: 3_600)
    }

    @Test func aRingEndsTheWait() async {
        let bell = OutboxWakeUp()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(atMost: 3_600) }
            group.addTask { bell.ring() }
        }
    }

    @Test func theWaitEndsByItself() async {
        await OutboxWakeUp().wait(atMost: 0)
    }

    @Test func cancellingEndsTheWait() async {
        let bell = OutboxWakeUp()
        let task = Task { await bell.wait(atMost: 3_600) }
        task.cancel()
        await task.value
        // And the next one still hears the bell.
        bell.ring()
        await bell.wait(atMost: 3_600)
    }

    @Test func eagernessIsTakenOnce() {
        let bell = OutboxWakeUp()
        bell.ring()
        #expect(!bell.takeEagerness())
        bell.ringEagerly()
        #expect(bell.takeEagerness())
        #expect(!bell.takeEagerness())
    }
}
