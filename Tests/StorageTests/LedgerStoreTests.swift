import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct LedgerStoreTests {
    let sample = Sample()

    @Test func aJobIsLeasedByOneAtATime() async throws {
        let test = try await TestDatabase()
        @Sendable func lease(at: TimeInterval) async throws -> Bool {
            try await test.write { transaction in
                try transaction.ledger.leaseJob("expiry", now: Sample.after(at), until: Sample.after(at + 60))
            }
        }
        #expect(try await lease(at: 0))
        #expect(try await lease(at: 59) == false)
        // The one that had it died.
        #expect(try await lease(at: 60))
        try await test.write { try $0.ledger.finishJob("expiry", nextAt: Sample.after(600), failedAt: nil) }
        #expect(try await lease(at: 599) == false)
        #expect(try await lease(at: 600))
        try await test.write { try $0.ledger.finishJob("unheard-of", nextAt: Sample.after(5), failedAt: nil) }
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { try await lease(at: 700) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test func sinceWhenAJobFailsIsKeptUntilItSucceeds() async throws {
        let test = try await TestDatabase()
        func finish(failedAt: TimeInterval?) async throws -> [String: Date] {
            try await test.write { transaction in
                try transaction.ledger.finishJob("post", nextAt: Sample.after(9), failedAt: failedAt.map(Sample.after))
                return try transaction.ledger.failingJobs()
            }
        }
        #expect(try await finish(failedAt: nil) == [:])
        #expect(try await finish(failedAt: 60) == ["post": Sample.after(60)])
        #expect(try await finish(failedAt: 90) == ["post": Sample.after(60)])
        #expect(try await finish(failedAt: nil) == [:])
    }

    @Test func aThrottleCountsWithinItsWindow() async throws {
        let test = try await TestDatabase()
        func count(at: TimeInterval) async throws -> (count: Int, windowEnds: Date) {
            try await test.write { transaction in
                try transaction.ledger.countThrottle("sign-in:anna", window: 900, now: Sample.after(at))
            }
        }
        #expect(try await count(at: 0) == (1, Sample.after(900)))
        #expect(try await count(at: 10) == (2, Sample.after(900)))
        let read = try await test.read { try $0.ledger.throttleCount("sign-in:anna", now: Sample.after(20)) }
        #expect(read?.count == 2)
        #expect(try await test.read { try $0.ledger.throttleCount("sign-in:anna", now: Sample.after(900)) } == nil)
        #expect(try await count(at: 900) == (1, Sample.after(1_800)))
        try await test.write { try $0.ledger.clearThrottle("sign-in:anna") }
        #expect(try await count(at: 901) == (1, Sample.after(1_801)))
        #expect(try await test.write { try $0.ledger.removeThrottles(now: Sample.after(1_800)) } == 0)
        #expect(try await test.write { try $0.ledger.removeThrottles(now: Sample.after(1_801)) } == 1)
    }

    @Test func noticesFallDue() async throws {
        let test = try await TestDatabase()
        let notices = [
            GatheredNotice(delivery: sample.id(), toldUpTo: 3, dueAt: Sample.after(20)),
            GatheredNotice(delivery: sample.id(), toldUpTo: 4, dueAt: Sample.after(10)),
            GatheredNotice(delivery: sample.id(), toldUpTo: 5, dueAt: nil),
        ]
        try await test.write { transaction in for notice in notices { try transaction.ledger.set(notice) } }
        #expect(
            try await test.read { try $0.ledger.dueNotices(now: Sample.after(20), limit: 9) }
                == [notices[1], notices[0]])
        #expect(try await test.read { try $0.ledger.dueNotices(now: Sample.after(20), limit: 1) } == [notices[1]])
        #expect(try await test.read { try $0.ledger.notice(of: notices[2].delivery) } == notices[2])
        let told = GatheredNotice(delivery: notices[1].delivery, toldUpTo: 9, dueAt: nil)
        try await test.write { try $0.ledger.set(told) }
        #expect(try await test.read { try $0.ledger.dueNotices(now: Sample.after(99), limit: 9) } == [notices[0]])
    }

    @Test func theAuditTrailIsNumbered() async throws {
        let test = try await TestDatabase()
        let actor: AccountID = sample.id()
        try await test.write { transaction in
            for number in 1...3 {
                try transaction.ledger.append(
                    AuditRecord(
                        at: Sample.after(Double(number)), actor: number == 2 ? nil : actor, action: "user-disabled",
                        target: "t\(number)", clientAddress: "192.0.2.\(number)"))
            }
        }
        let trail = try await test.read { try $0.ledger.audit(offset: 1, limit: 5) }
        #expect(
            trail == [
                AuditRecord(
                    number: 2, at: Sample.after(2), actor: nil, action: "user-disabled", target: "t2",
                    clientAddress: "192.0.2.2"),
                AuditRecord(
                    number: 1, at: Sample.after(1), actor: actor, action: "user-disabled", target: "t1",
                    clientAddress: "192.0.2.1"),
            ])
    }

    @Test func eventsAreReadByTheirNumber() async throws {
        let test = try await TestDatabase()
        let people = try ["a@kanzlei.example", "b@kanzlei.example"].map { try sample.account($0) }
        let senders = people.map(\.id)
        let sent = senders.map { sample.delivery(of: $0, state: .sent) }
        let deliveries = sent.map(\.id)
        try await test.write { transaction in
            for person in people { try transaction.accounts.insert(person) }
            for delivery in sent { try transaction.deliveries.insert(delivery) }
        }
        let events = (0..<4).map { index in
            DeliveryEvent(
                delivery: deliveries[index % 2], sender: senders[index % 2], recipient: index == 0 ? nil : sample.id(),
                file: index == 0 ? nil : sample.id(), kind: DeliveryEvent.Kind.allCases[index],
                at: Sample.after(Double(index)), detail: "Ä\(index)")
        }
        #expect(try await test.read { try $0.events.lastNumber() } == 0)
        let numbers = try await test.write { transaction in try events.map { try transaction.events.append($0) } }
        #expect(numbers == [1, 2, 3, 4])
        #expect(try await test.read { try $0.events.lastNumber() } == 4)
        let found = try await test.read { transaction in
            (
                all: try transaction.events.events(after: 1, sender: nil, limit: 2),
                mine: try transaction.events.events(after: 1, sender: senders[1], limit: 9),
                one: try transaction.events.events(of: deliveries[0])
            )
        }
        #expect(found.all.map(\.number) == [2, 3])
        #expect(found.mine.map(\.number) == [2, 4])
        #expect(found.one.map(\.detail) == ["Ä0", "Ä2"])
        #expect(found.one[1].recipient == events[2].recipient)
        #expect(found.one[1].file == events[2].file)
        #expect(found.one[1].kind == events[2].kind)
    }

    @Test func eventNumbersHaveNoGapsAndFollowTheCommits() async throws {
        let test = try await TestDatabase()
        let event = DeliveryEvent(delivery: sample.id(), sender: sample.id(), kind: .sent, at: Sample.start)
        let numbers = await withTaskGroup(of: Int64?.self) { group in
            for index in 0..<100 {
                group.addTask {
                    try? await test.write { transaction in
                        let number = try transaction.events.append(event)
                        if index % 3 == 0 { throw DeliveriesError(.conflict) }
                        return number
                    }
                }
            }
            var numbers: [Int64] = []
            for await number in group { if let number { numbers.append(number) } }
            return numbers
        }
        #expect(numbers.sorted() == Array(1...66))
    }
}
