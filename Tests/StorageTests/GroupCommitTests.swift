import Deliveries
import Foundation
import Synchronization
import TestDatabases
import Testing

@testable import Storage

@Suite(.enabled(if: TestEngine.isSQLite, "SQLite's commits"))
struct GroupCommitTests {
    private struct Refusal: Error, Equatable {
        let number: Int
    }

    private func setting(_ number: Int) -> StoredSetting {
        StoredSetting(key: "k\(number)", value: "\(number)", sealedValue: nil)
    }

    /// Keeps the writer busy until it is opened, so that what comes meanwhile waits together.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let held = Mutex(false)

        func pass() {
            held.withLock { $0 = true }
            semaphore.wait()
        }

        func open() { semaphore.signal() }

        func isHolding() async {
            while !held.withLock({ $0 }) { await Task.yield() }
        }
    }

    @Test func twoHundredWritersShareFewCommits() async throws {
        let test = try await SQLiteTestDatabase()
        let gate = Gate()
        async let blocked: Void = test.write { _ in gate.pass() }
        await gate.isHolding()
        // The first commit is held up; all others gather behind it.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { try await test.write { try $0.settings.set(self.setting(number)) } }
            }
            group.addTask {
                while test.database.waitingWriters < 200 { await Task.yield() }
                gate.open()
            }
            try await group.waitForAll()
        }
        try await blocked
        #expect(test.database.statistics == GroupCommit.Statistics(commits: 2, bodies: 201, failures: 0))
        #expect(try await test.read { try $0.settings.all().count } == 200)
    }

    @Test func aFailingBodyUndoesOnlyItself() async throws {
        let test = try await SQLiteTestDatabase()
        let gate = Gate()
        async let blocked: Void = test.write { _ in gate.pass() }
        await gate.isHolding()
        let failed = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<30 {
                group.addTask {
                    do {
                        try await test.write { transaction in
                            try transaction.settings.set(self.setting(number))
                            if number % 3 == 0 { throw Refusal(number: number) }
                        }
                        return nil
                    } catch let refusal as Refusal {
                        return refusal.number
                    }
                }
            }
            group.addTask {
                while test.database.waitingWriters < 30 { await Task.yield() }
                gate.open()
                return nil
            }
            var failed: Set<Int> = []
            for try await number in group { if let number { failed.insert(number) } }
            return failed
        }
        try await blocked
        let expected = Set(stride(from: 0, to: 30, by: 3))
        #expect(failed == expected)
        #expect(test.database.statistics == GroupCommit.Statistics(commits: 2, bodies: 21, failures: 10))
        let stored = try await test.read { try Set($0.settings.all().compactMap { $0.value.flatMap { Int($0) } }) }
        #expect(stored == Set(0..<30).subtracting(expected))
    }

    @Test func aCancelledTaskStillWrites() async throws {
        let test = try await SQLiteTestDatabase()
        let gate = Gate()
        async let blocked: Void = test.write { _ in gate.pass() }
        await gate.isHolding()
        let value = setting(1)
        let early = Task {
            // Cancelled before it even asks: "the mail server said 250" must be recorded all the same.
            while !Task.isCancelled { await Task.yield() }
            try await test.write { try $0.settings.set(value) }
        }
        early.cancel()
        let other = setting(2)
        let waiting = Task { try await test.write { try $0.settings.set(other) } }
        while test.database.waitingWriters < 2 { await Task.yield() }
        waiting.cancel()
        gate.open()
        try await blocked
        try await early.value
        try await waiting.value
        #expect(try await test.read { try $0.settings.all() } == [value, other])
        let reader = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await test.read { try $0.settings.all().count }
        }
        reader.cancel()
        #expect(try await reader.value == 2)
    }

    @Test func tooManyWaitingWritersAreToldThatTheServerIsBusy() async throws {
        let test = try await SQLiteTestDatabase(queue: 5)
        let gate = Gate()
        async let blocked: Void = test.write { _ in gate.pass() }
        await gate.isHolding()
        let codes = await withTaskGroup(of: DeliveriesError.Code?.self) { group in
            for number in 0..<8 {
                group.addTask {
                    do {
                        try await test.write { try $0.settings.set(self.setting(number)) }
                        return nil
                    } catch {
                        return (error as? DeliveriesError)?.code
                    }
                }
            }
            var codes: [DeliveriesError.Code] = []
            for await code in group {
                if let code { codes.append(code) }
                if codes.count == 3 { gate.open() }
            }
            return codes
        }
        try await blocked
        #expect(codes == [.busy, .busy, .busy])
        #expect(try await test.read { try $0.settings.all().count } == 5)
    }

    @Test func writersSeeEachOthersChangesInOrder() async throws {
        let test = try await SQLiteTestDatabase()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await test.write { transaction in
                        let count = try transaction.settings.all().first { $0.key == "n" }?.value.flatMap { Int($0) }
                        try transaction.settings.set(
                            StoredSetting(key: "n", value: "\((count ?? 0) + 1)", sealedValue: nil))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await test.read { try $0.settings.all().first?.value } == "100")
    }

    /// Where a body leaves its transaction behind, which it should not; used by one thread after the other.
    private final class Leak: @unchecked Sendable {
        var transaction: (any Transaction)?
    }

    @Test func aTransactionIsDeadAfterItsBody() async throws {
        let test = try await SQLiteTestDatabase()
        let leak = Leak()
        try await test.write { leak.transaction = $0 }
        let error = #expect(throws: DeliveriesError.self) { try leak.transaction?.settings.all() }
        #expect(error?.code == .trouble)
    }

    @Test func aFullDiskIsToldAndLosesNothing() async throws {
        let test = try await SQLiteTestDatabase()
        let kept = setting(0)
        try await test.write { try $0.settings.set(kept) }
        try await test.database.limitPages(growth: 2)
        let large = StoredSetting(key: "large", value: nil, sealedValue: Sample().octets(200_000))
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.write { try $0.settings.set(large) }
        }
        #expect(error?.code == .diskFull)
        #expect(try await test.read { try $0.settings.all() } == [kept])
        #expect(try await test.database.integrityCheck() == [])
        // What fits is still written.
        let small = setting(1)
        try await test.write { try $0.settings.set(small) }
        try await test.database.limitPages(growth: 1_000_000)
        try await test.write { try $0.settings.set(large) }
        #expect(try await test.read { try $0.settings.all() } == [kept, small, large])
    }

    @Test func aWriterThatFillsTheDiskDoesNotTakeItsNeighboursDown() async throws {
        let test = try await SQLiteTestDatabase()
        try await test.database.limitPages(growth: 2)
        let gate = Gate()
        async let blocked: Void = test.write { _ in gate.pass() }
        await gate.isHolding()
        let large = StoredSetting(key: "large", value: nil, sealedValue: Sample().octets(200_000))
        let codes = await withTaskGroup(of: DeliveriesError.Code?.self) { group in
            for number in 0..<9 {
                group.addTask {
                    do {
                        try await test.write { try $0.settings.set(number == 4 ? large : self.setting(number)) }
                        return nil
                    } catch {
                        return (error as? DeliveriesError)?.code
                    }
                }
            }
            group.addTask {
                while test.database.waitingWriters < 9 { await Task.yield() }
                gate.open()
                return nil
            }
            var codes: [DeliveriesError.Code] = []
            for await code in group { if let code { codes.append(code) } }
            return codes
        }
        try await blocked
        #expect(codes == [.diskFull])
        #expect(try await test.read { try $0.settings.all().count } == 8)
    }
}
