import Deliveries
import Foundation
import MailMessage
import Testing

@testable import Storage

@Suite struct OutboxDestinationTests {
    let sample = Sample()

    @Test func destinationsAreCountedWithTheirOldestNextAndLastAnswer() async throws {
        let test = try await TestDatabase()
        var again = try sample.entry(to: "a@gross.example", due: 500, after: 10)
        again.attempts = 1
        again.lastAnswer = "450 4.2.0 Greylisted"
        let fresh = try sample.entry(to: "b@gross.example", due: 60, after: 20)
        var held = try sample.entry(to: "c@klein.example", due: 5, after: 30)
        held.state = .held
        var failed = try sample.entry(to: "d@weg.example", after: 40)
        (failed.state, failed.lastAnswer) = (.failed, "550 5.1.1 User unknown")
        var longAgo = try sample.entry(to: "e@damals.example", after: -86_400)
        longAgo.state = .failed
        var gone = try sample.entry(to: "f@gross.example", after: 50)
        gone.state = .handedOver
        let rows = [again, fresh, held, failed, longAgo, gone]
        try await test.write { try $0.outbox.insert(rows) }
        let since = Sample.after(-3_600)
        let all = try await test.read { try $0.outbox.destinations(failedSince: since, offset: 0, limit: 10) }
        #expect(
            all == [
                DestinationState(
                    destination: "gross.example", queued: 2, held: 0, failed: 0, oldest: Sample.after(10),
                    nextAttemptAt: Sample.after(60), lastAnswer: "450 4.2.0 Greylisted"),
                DestinationState(
                    destination: "klein.example", queued: 0, held: 1, failed: 0, oldest: Sample.after(30),
                    nextAttemptAt: nil, lastAnswer: ""),
                DestinationState(
                    destination: "weg.example", queued: 0, held: 0, failed: 1, oldest: nil, nextAttemptAt: nil,
                    lastAnswer: "550 5.1.1 User unknown"),
            ])
        #expect(try await test.read { try $0.outbox.destinationCount(failedSince: since) } == 3)
        let second = try await test.read { try $0.outbox.destinations(failedSince: since, offset: 1, limit: 1) }
        #expect(second.map(\.destination) == ["klein.example"])
    }

    @Test func rowsAreListedByDestinationStateAndAge() async throws {
        let test = try await TestDatabase()
        var rows: [OutboxEntry] = []
        for (index, state) in [OutboxEntry.State.queued, .held, .handedOver, .failed, .cancelled].enumerated() {
            var entry = try sample.entry(to: "r\(index)@ziel.example", after: Double(index) * 100)
            entry.state = state
            rows.append(entry)
        }
        rows.append(try sample.entry(to: "x@anders.example"))
        let inserted = rows
        try await test.write { try $0.outbox.insert(inserted) }
        func found(_ filter: OutboxFilter) async throws -> [String] {
            let (entries, count) = try await test.read {
                (try $0.outbox.entries(filter, offset: 0, limit: 10), try $0.outbox.entryCount(filter))
            }
            #expect(entries.count == count)
            return entries.map { String($0.to.localPart) }
        }
        #expect(try await found(OutboxFilter(destination: "ziel.example")) == ["r4", "r3", "r2", "r1", "r0"])
        #expect(try await found(OutboxFilter(states: [.held, .queued], destination: "ziel.example")) == ["r1", "r0"])
        #expect(try await found(OutboxFilter(states: [.handedOver], destination: "ziel.example")) == ["r2"])
        #expect(
            try await found(OutboxFilter(destination: "ziel.example", createdBefore: Sample.after(150)))
                == ["r1", "r0"])
        #expect(try await found(OutboxFilter(search: "r3", destination: "ziel.example")) == ["r3"])
        #expect(try await found(OutboxFilter(destination: "niemand.example")) == [])
    }

    @Test func whatIsHeldAndReleasedKeepsItsLease() async throws {
        let test = try await TestDatabase()
        let free = try sample.entry(to: "a@ziel.example", due: 900)
        let taken = try sample.entry(to: "b@ziel.example", due: 0, after: 1)
        var waiting = try sample.entry(to: "c@ziel.example", after: 2)
        waiting.state = .held
        waiting.heldFor = try MailDomain(parsing: "kunde.example")
        let rows = [free, taken, waiting]
        let last = waiting.id
        try await test.write { try $0.outbox.insert(rows) }
        try await test.write { transaction in
            let leased = try transaction.outbox.lease(now: Sample.after(10), until: Sample.after(100), limit: 5)
            #expect(leased.map(\.id) == [taken.id])
            let queued = try transaction.outbox.rows(
                to: "ziel.example", state: .queued, after: nil, before: Sample.after(60), limit: 10)
            #expect(queued == [free.id, taken.id])
            #expect(
                try transaction.outbox.rows(
                    to: "ziel.example", state: .queued, after: free.id, before: Sample.after(60), limit: 10)
                    == [taken.id])
            #expect(
                try transaction.outbox.rows(
                    to: "ziel.example", state: .queued, after: nil, before: Sample.after(1), limit: 10) == [free.id])
            // The one that an attempt has is not touched.
            #expect(try transaction.outbox.hasten(queued, at: Sample.after(20)) == 1)
            #expect(try transaction.outbox.hold(queued + [last]) == 2)
        }
        let held = try await test.read { transaction in try rows.map { try transaction.outbox.entry($0.id) } }
        #expect(held.map { $0?.isHeldByAdministrator } == [true, true, false])
        #expect(held[1]?.leasedUntil == Sample.after(100))
        try await test.write { transaction in
            #expect(try transaction.outbox.release(rows.map(\.id), at: Sample.after(30)) == 2)
            // Another worker takes only the free one, until the lease is over.
            let leased = try transaction.outbox.lease(now: Sample.after(30), until: Sample.after(200), limit: 5)
            #expect(leased.map(\.id) == [free.id])
            let later = try transaction.outbox.lease(now: Sample.after(100), until: Sample.after(200), limit: 5)
            #expect(later.map(\.id) == [taken.id])
        }
    }

    @Test func attemptsAreCountedByTheHourOnce() async throws {
        let test = try await TestDatabase()
        let hour = Date(
            timeIntervalSince1970: (Sample.start.timeIntervalSince1970 / MailHour.length).rounded(.up)
                * MailHour.length)
        let entry = try sample.entry()
        try await test.write { transaction in
            try transaction.outbox.insert([entry])
            for (number, outcome) in ["handed-over", "deferred", "deferred"].enumerated() {
                var attempt = OutboxAttempt(entry: entry.id, number: number + 1, startedAt: hour)
                try transaction.outbox.insert(attempt)
                attempt.outcome = outcome
                attempt.endedAt = hour.addingTimeInterval(Double(number) * 3_599)
                try transaction.outbox.update(attempt)
                // The same again is no further attempt.
                try transaction.outbox.update(attempt)
            }
        }
        let hours = try await test.read { try $0.outbox.hours(since: hour) }
        #expect(
            hours == [
                MailHour(start: hour, outcome: "deferred", count: 1),
                MailHour(start: hour, outcome: "handed-over", count: 1),
                MailHour(start: hour.addingTimeInterval(3_600), outcome: "deferred", count: 1),
            ])
        #expect(try await test.read { try $0.outbox.outcomes() } == ["deferred": 2, "handed-over": 1])
        // What is old is only summed up, and the sums stay.
        for _ in 0..<2 {
            _ = try await test.write { try $0.outbox.forgetContent(before: hour.addingTimeInterval(3_600)) }
            let left = try await test.read { try $0.outbox.hours(since: .distantPast) }
            #expect(left.map(\.start) == [hour.addingTimeInterval(3_600)])
            #expect(try await test.read { try $0.outbox.outcomes() } == ["deferred": 2, "handed-over": 1])
        }
    }
}
