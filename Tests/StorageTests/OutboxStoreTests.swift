import Deliveries
import Foundation
import MailTemplates
import Testing

@testable import Storage

@Suite struct OutboxStoreTests {
    let sample = Sample()

    @Test func everyPartOfARowIsKept() async throws {
        let test = try await TestDatabase()
        let delivery: DeliveryID = sample.id()
        var entry = try sample.entry(.code, delivery: delivery, recipient: sample.id(), isUrgent: true)
        let fresh = entry
        try await test.write { try $0.outbox.insert([fresh]) }
        #expect(try await test.read { try $0.outbox.entry(fresh.id) } == fresh)
        entry.state = .failed
        entry.attempts = 3
        entry.nextAttemptAt = Sample.after(1)
        entry.leasedUntil = Sample.after(2)
        entry.dotSentAt = Sample.after(3)
        entry.visibleFrom = "depesche@kanzlei.example"
        entry.lastAnswer = "550 5.1.1 User unknown"
        entry.failureClass = "no-such-user"
        entry.finishedAt = Sample.after(4)
        entry.sealedMail = sample.octets()
        let changed = entry
        try await test.write { try $0.outbox.update(changed) }
        #expect(try await test.read { try $0.outbox.entry(changed.id) } == changed)
    }

    @Test func anAttemptBeginsAndEndsOnlyOnARowThatIsAsItWasLeased() async throws {
        let test = try await TestDatabase()
        let row = try sample.entry()
        try await test.write { try $0.outbox.insert([row]) }
        var begun = row
        begun.attempts = 1
        begun.nextAttemptAt = Sample.after(60)
        begun.leasedUntil = Sample.after(90)
        begun.visibleFrom = "depesche@kanzlei.example"
        begun.senderReason = "own"
        // What only the administrator changes is not touched by an attempt.
        var released = row
        released.isReleased = true
        let (first, changed) = (begun, released)
        try await test.write { try $0.outbox.update(changed) }
        #expect(try await test.write { try $0.outbox.noteBeginning(first) })
        #expect(try await test.write { try $0.outbox.noteBeginning(first) } == false)
        begun.isReleased = true
        let stored = begun
        #expect(try await test.read { try $0.outbox.entry(row.id) } == stored)

        var ended = begun
        ended.state = .handedOver
        ended.leasedUntil = nil
        ended.lastAnswer = "250 2.0.0 Ok"
        ended.finishedAt = Sample.after(2)
        var stale = ended
        stale.attempts = 2
        let (last, other) = (ended, stale)
        #expect(try await test.write { try $0.outbox.noteEnd(other) } == false)
        #expect(try await test.write { try $0.outbox.noteEnd(last) })
        #expect(try await test.read { try $0.outbox.entry(row.id) } == last)
        #expect(try await test.write { try $0.outbox.noteEnd(last) } == false)
    }

    @Test func urgentRowsAreLeasedFirstAndNoneTwice() async throws {
        let test = try await TestDatabase()
        let late = try sample.entry(due: 2)
        let early = try sample.entry(due: 1)
        let urgent = try sample.entry(.code, isUrgent: true, due: 3)
        let tomorrow = try sample.entry(due: 86_400)
        var held = try sample.entry(due: 0)
        held.state = .held
        let rows = [late, early, urgent, tomorrow, held]
        try await test.write { try $0.outbox.insert(rows) }
        @Sendable func lease(at: TimeInterval, limit: Int = 10) async throws -> [OutboxEntry] {
            try await test.write { transaction in
                try transaction.outbox.lease(now: Sample.after(at), until: Sample.after(at + 60), limit: limit)
            }
        }
        #expect(try await test.read { try $0.outbox.nextDue() } == Sample.after(1))
        #expect(try await test.read { try $0.outbox.oldestQueued() } == Sample.start)
        let first = try await lease(at: 10, limit: 2)
        #expect(first.map(\.id) == [urgent.id, early.id])
        #expect(first.map(\.sealedMail) == [urgent.sealedMail, early.sealedMail])
        #expect(first.allSatisfy { $0.leasedUntil == Sample.after(70) })
        #expect(try await lease(at: 11).map(\.id) == [late.id])
        #expect(try await lease(at: 12) == [])
        // The leases of a worker that died run out; the first ends at 70.
        #expect(try await test.read { try $0.outbox.nextDue() } == Sample.after(70))
        #expect(try await lease(at: 70).map(\.id) == [urgent.id, early.id])
        var done = first[0]
        done.state = .handedOver
        done.leasedUntil = nil
        var again = first[1]
        again.leasedUntil = nil
        again.nextAttemptAt = Sample.after(71)
        let outcomes = [done, again]
        try await test.write { transaction in for row in outcomes { try transaction.outbox.update(row) } }
        #expect(try await lease(at: 72).map(\.id) == [late.id, early.id])
    }

    @Test func fiftyWorkersLeaseEachRowOnce() async throws {
        let test = try await TestDatabase()
        let rows = try (0..<300).map { try sample.entry(to: "r\($0)@kunde.example", due: Double($0 % 7)) }
        try await test.write { try $0.outbox.insert(rows) }
        let leased = try await withThrowingTaskGroup(of: [OutboxEntryID].self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await test.write { transaction in
                        try transaction.outbox.lease(now: Sample.after(10), until: Sample.after(70), limit: 7)
                            .map(\.id)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(leased.count == 300)
        #expect(Set(leased) == Set(rows.map(\.id)))
    }

    @Test func listsAreFilteredAndCounted() async throws {
        let test = try await TestDatabase()
        let delivery: DeliveryID = sample.id()
        let first = try sample.entry(delivery: delivery, recipient: sample.id(), to: "Anna@Bücher.example", after: 1)
        var second = try sample.entry(to: "b_1@kunde.example", after: 2)
        second.state = .local
        let rows = [first, second]
        try await test.write { try $0.outbox.insert(rows) }
        func found(_ filter: OutboxFilter, offset: Int = 0, limit: Int = 10) async throws -> [OutboxEntry] {
            try await test.read { try $0.outbox.entries(filter, offset: offset, limit: limit) }
        }
        #expect(try await found(OutboxFilter()) == [second, first])
        #expect(try await found(OutboxFilter(), offset: 1) == [first])
        #expect(try await found(OutboxFilter(states: [.local, .failed])) == [second])
        #expect(try await found(OutboxFilter(search: "anna@bücher")) == [first])
        #expect(try await found(OutboxFilter(search: "b_1@")) == [second])
        #expect(try await found(OutboxFilter(search: "%")) == [])
        #expect(try await found(OutboxFilter(delivery: delivery)) == [first])
        #expect(try await test.read { try $0.outbox.entryCount(OutboxFilter(states: [.queued])) } == 1)
        #expect(try await test.read { try $0.outbox.counts() } == [.queued: 1, .local: 1])
    }

    @Test func theNewestMailOfAKindIsTheStatus() async throws {
        let test = try await TestDatabase()
        let delivery: DeliveryID = sample.id()
        let recipients: [RecipientID] = [sample.id(), sample.id()]
        let rows = [
            try sample.entry(delivery: delivery, recipient: recipients[0], after: 2),
            try sample.entry(delivery: delivery, recipient: recipients[0], after: 1),
            try sample.entry(.reminder, delivery: delivery, recipient: recipients[0], after: 3),
            try sample.entry(delivery: delivery, recipient: recipients[1], after: 1),
            try sample.entry(delivery: delivery, recipient: nil, after: 1),
        ]
        try await test.write { try $0.outbox.insert(rows) }
        let newest = try await test.read { try $0.outbox.newestEntries(of: delivery, kind: .delivery) }
        #expect(newest.mapValues(\.id) == [recipients[0]: rows[0].id, recipients[1]: rows[3].id])
        // Without their mails, which would be too much for 10,000; storing such a row keeps the mail.
        #expect(newest.values.allSatisfy { $0.sealedMail.isEmpty })
        let one = try await test.read { try $0.outbox.newestEntry(of: recipients[0], kind: .reminder) }
        #expect(one?.id == rows[2].id)
        #expect(try await test.read { try $0.outbox.newestEntry(of: recipients[1], kind: .reminder) } == nil)
        let bare = try #require(newest[recipients[0]])
        try await test.write { try $0.outbox.update(bare) }
        #expect(try await test.read { try $0.outbox.entry(bare.id) } == rows[0])
    }

    @Test func withdrawalCancelsWhatIsNotFinal() async throws {
        let test = try await TestDatabase()
        let delivery: DeliveryID = sample.id()
        let recipients: [RecipientID] = [sample.id(), sample.id(), sample.id()]
        var rows = try recipients.enumerated().map {
            try sample.entry(delivery: delivery, recipient: $1, after: Double($0))
        }
        rows[1].state = .held
        rows[2].state = .handedOver
        rows.append(try sample.entry(.downloaded, delivery: delivery, recipient: nil, after: 9))
        let stored = rows
        try await test.write { try $0.outbox.insert(stored) }
        let one = try await test.write { transaction in
            try transaction.outbox.cancel(delivery: delivery, recipient: recipients[0], at: Sample.after(20))
        }
        #expect(one.map(\.id) == [stored[0].id])
        #expect(one.first?.state == .cancelled)
        #expect(one.first?.finishedAt == Sample.after(20))
        let rest = try await test.write { transaction in
            try transaction.outbox.cancel(delivery: delivery, recipient: nil, at: Sample.after(21))
        }
        #expect(rest.map(\.id) == [stored[1].id])
        #expect(try await test.read { try $0.outbox.entry(stored[2].id)?.state } == .handedOver)
        #expect(try await test.read { try $0.outbox.entry(stored[3].id)?.state } == .queued)
    }

    @Test func theLocalMailboxIsReleasedOrDiscarded() async throws {
        let test = try await TestDatabase()
        let rows = try (0..<2).map { _ in
            var entry = try sample.entry()
            entry.state = .local
            return entry
        }
        try await test.write { try $0.outbox.insert(rows) }
        func move(_ from: OutboxEntry.State, _ to: OutboxEntry.State, after: TimeInterval) async throws -> Int {
            try await test.write { try $0.outbox.moveAll(from: from, to: to, at: Sample.after(after)) }
        }
        #expect(try await move(.local, .queued, after: 30) == 2)
        #expect(try await test.read { try $0.outbox.nextDue() } == Sample.after(30))
        #expect(try await move(.queued, .local, after: 31) == 2)
        #expect(try await move(.local, .cancelled, after: 32) == 2)
        #expect(try await test.read { try $0.outbox.entry(rows[0].id)?.finishedAt } == Sample.after(32))
        #expect(try await move(.local, .cancelled, after: 33) == 0)
    }

    @Test func attemptsKeepTheirConversationForAWhile() async throws {
        let test = try await TestDatabase()
        var entry = try sample.entry()
        let row = entry
        let first = OutboxAttempt(entry: entry.id, number: 1, startedAt: Sample.after(1))
        var ended = first
        ended.endedAt = Sample.after(2)
        ended.outcome = "deferred"
        ended.answer = "451 4.7.1 Greylisted"
        ended.sealedConversation = sample.octets()
        let outcome = ended
        let second = OutboxAttempt(
            entry: entry.id, number: 2, startedAt: Sample.after(60), sealedConversation: sample.octets())
        try await test.write { transaction in
            try transaction.outbox.insert([row])
            try transaction.outbox.insert(second)
            try transaction.outbox.insert(first)
            #expect(try transaction.outbox.attempts(of: row.id) == [first, second])
            try transaction.outbox.update(outcome)
        }
        #expect(try await test.read { try $0.outbox.attempts(of: row.id) } == [outcome, second])

        // The row is not final: its mail stays, the first conversation goes.
        #expect(try await test.write { try $0.outbox.forgetContent(before: Sample.after(50)) } == 1)
        #expect(try await test.read { try $0.outbox.entry(row.id)?.sealedMail } == row.sealedMail)
        entry.state = .handedOver
        entry.finishedAt = Sample.after(61)
        let final = entry
        try await test.write { try $0.outbox.update(final) }
        #expect(try await test.write { try $0.outbox.forgetContent(before: Sample.after(61)) } == 1)
        #expect(try await test.write { try $0.outbox.forgetContent(before: Sample.after(62)) } == 1)
        #expect(try await test.write { try $0.outbox.forgetContent(before: Sample.after(62)) } == 0)
        #expect(try await test.read { try $0.outbox.entry(row.id)?.sealedMail } == Data())
        let attempts = try await test.read { try $0.outbox.attempts(of: row.id) }
        #expect(attempts.map(\.sealedConversation) == [Data(), Data()])
        #expect(attempts.map(\.answer) == ["451 4.7.1 Greylisted", ""])
    }
}
