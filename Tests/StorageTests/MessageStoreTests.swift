import Deliveries
import Foundation
import MailTemplates
import Testing

@testable import Storage

@Suite struct MessageStoreTests {
    private let sample = Sample()

    @Test func aMessageComesBackAsItWas() async throws {
        let test = try await TestDatabase()
        let message = try sample.message()
        let bare = StoredMessage(
            id: sample.id(), origin: .report, envelopeFrom: nil, from: message.from, messageID: "a@b", size: 1,
            chunks: 1, receivedAt: Sample.start)
        try await test.write {
            try $0.messages.insert(message)
            try $0.messages.insert(bare)
            #expect(try $0.messages.message(message.id) == message)
            #expect(try $0.messages.message(bare.id) == bare)
            #expect(try $0.messages.message(sample.id()) == nil)
        }
    }

    @Test func aRowOfAMessageComesBackAsItWas() async throws {
        let test = try await TestDatabase()
        let message = try sample.message()
        let entry = try sample.entry(of: message)
        try await test.write {
            try $0.outbox.insert([entry])
            #expect(try $0.outbox.entry(entry.id) == entry)
            var warned = entry
            warned.warnedAt = Sample.after(9)
            warned.passage = nil
            try $0.outbox.update(warned)
            #expect(try $0.outbox.entry(entry.id) == warned)
            #expect(try $0.outbox.lease(now: Sample.after(1), until: Sample.after(2), limit: 9).map(\.id) == [entry.id])
        }
    }

    @Test func chunksGoWithTheLastRow() async throws {
        let test = try await TestDatabase()
        let message = try sample.message()
        let rows = [try sample.entry(of: message, state: .handedOver), try sample.entry(of: message)]
        try await test.write { transaction in
            for number in 0..<3 {
                try transaction.messages.insertChunk(
                    number, of: message.id, sealed: Data([UInt8(number)]), at: Sample.start)
            }
            try transaction.messages.insert(message)
            try transaction.outbox.insert(rows)
            try transaction.messages.removeChunksIfFinished(of: message.id)
            #expect(try transaction.messages.chunk(2, of: message.id) == Data([2]))
            var last = rows[1]
            last.state = .failed
            try transaction.outbox.update(last)
            try transaction.messages.removeChunksIfFinished(of: message.id)
            #expect(try transaction.messages.chunk(2, of: message.id) == nil)
        }
    }

    @Test func whatNeverBecameAMessageIsAbandoned() async throws {
        let test = try await TestDatabase()
        let (message, half) = (try sample.message(), try sample.message())
        try await test.write { transaction in
            try transaction.messages.insertChunk(0, of: message.id, sealed: Data([1]), at: Sample.start)
            try transaction.messages.insertChunk(0, of: half.id, sealed: Data([2]), at: Sample.start)
            try transaction.messages.insertChunk(1, of: half.id, sealed: Data([3]), at: Sample.after(60))
            try transaction.messages.insert(message)
            #expect(try transaction.messages.removeAbandoned(before: Sample.after(1)) == 1)
            #expect(try transaction.messages.chunk(0, of: half.id) == nil)
            #expect(try transaction.messages.chunk(1, of: half.id) == Data([3]))
            #expect(try transaction.messages.chunk(0, of: message.id) == Data([1]))
        }
    }

    @Test func finishedMessagesAreForgottenWithTheirRows() async throws {
        let test = try await TestDatabase()
        let (done, waiting, young) = (try sample.message(), try sample.message(), try sample.message(after: 100))
        let rows = [
            try sample.entry(of: done, state: .failed), try sample.entry(of: waiting),
            try sample.entry(of: young, state: .handedOver),
        ]
        try await test.write { transaction in
            for message in [done, waiting, young] { try transaction.messages.insert(message) }
            try transaction.outbox.insert(rows)
            try transaction.outbox.insert(OutboxAttempt(entry: rows[0].id, number: 1, startedAt: Sample.start))
            #expect(try transaction.messages.removeFinished(before: Sample.after(50), limit: 9) == 1)
            #expect(try transaction.messages.message(done.id) == nil)
            #expect(try transaction.outbox.entry(rows[0].id) == nil)
            #expect(try transaction.outbox.attempts(of: rows[0].id).isEmpty)
            #expect(try transaction.outbox.entry(rows[1].id) != nil)
            #expect(try transaction.outbox.entry(rows[2].id) != nil)
        }
    }

    @Test func destinationsThatAreDueAreFoundInTheirOrder() async throws {
        let test = try await TestDatabase()
        let rows =
            try [
                ("a@c.example", 0.0), ("b@c.example", 0), ("c@a.example", 0), ("d@b.example", 500), ("e@d.example", 0),
            ].map { try sample.entry(to: $0.0, due: $0.1) } + [
                try sample.entry(.code, to: "f@z.example", isUrgent: true)
            ]
        try await test.write { transaction in
            let store = transaction.outbox
            try store.insert(rows)
            let now = Sample.after(1)
            #expect(
                try store.dueDestinations(after: "", now: now, limit: 9) == [
                    "a.example", "c.example", "d.example", "z.example",
                ])
            #expect(try store.dueDestinations(after: "a.example", now: now, limit: 1) == ["c.example"])
            let leased = try store.lease(destination: "c.example", now: now, until: Sample.after(60), limit: 1)
            #expect(leased.map(\.to) == [rows[0].to])
            #expect(leased.first?.sealedMail == rows[0].sealedMail)
            #expect(try store.dueDestinations(after: "b.example", now: now, limit: 1) == ["c.example"])
            _ = try store.lease(destination: "c.example", now: now, until: Sample.after(60), limit: 5)
            #expect(try store.dueDestinations(after: "b.example", now: now, limit: 1) == ["d.example"])
        }
    }

    @Test func aDotIsNotedForQueuedRowsAndTheAttemptInForceOnly() async throws {
        let test = try await TestDatabase()
        let (queued, cancelled) = (try sample.entry(), try sample.entry())
        try await test.write { transaction in
            var gone = cancelled
            gone.state = .cancelled
            try transaction.outbox.insert([queued, gone])
            #expect(try transaction.outbox.noteDot(queued.id, attempt: queued.attempts, at: Sample.after(5)))
            #expect(try !transaction.outbox.noteDot(gone.id, attempt: gone.attempts, at: Sample.after(5)))
            #expect(try !transaction.outbox.noteDot(queued.id, attempt: queued.attempts + 1, at: Sample.after(6)))
            #expect(try transaction.outbox.entry(queued.id)?.dotSentAt == Sample.after(5))
        }
    }
}
