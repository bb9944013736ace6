import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct BounceStoreTests {
    @Test func aMailTakesEffectOnce() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let entry: OutboxEntryID = sample.id()
        func note(_ name: String) async throws -> Bool {
            try await test.write { try $0.bounces.note(name, entry: entry, at: Sample.start) }
        }
        #expect(try await note("a"))
        #expect(try await note("a") == false)
        #expect(try await note("b"))
        #expect(try await test.write { try $0.bounces.forget(before: Sample.after(1)) } == 2)
        #expect(try await note("a"))
    }

    @Test func aMailboxIsReadOnWhereItWasLeft() async throws {
        let test = try await TestDatabase()
        var position = BouncePosition(mailbox: "b mail.example INBOX", uidValidity: 7, lastUID: 3)
        #expect(try await test.read { try $0.bounces.position(of: "b mail.example INBOX") } == nil)
        for last in [3, 9] as [Int64] {
            position.lastUID = last
            let stored = position
            try await test.write { try $0.bounces.set(stored) }
            #expect(try await test.read { try $0.bounces.position(of: stored.mailbox) } == stored)
        }
    }
}
