import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct SessionStoreTests {
    let sample = Sample()

    private func session(of account: AccountID, after: TimeInterval, lasts: TimeInterval = 100) -> Session {
        Session(
            id: sample.id(after: after), account: account, tokenHash: sample.hash(), isComplete: after > 0,
            createdAt: Sample.after(after), lastSeenAt: Sample.after(after), expiresAt: Sample.after(after + lasts),
            userAgent: "Firefox", clientAddress: "2001:db8::1")
    }

    @Test func sessionsAreFoundTouchedAndEnded() async throws {
        let test = try await TestDatabase()
        let account = try sample.account()
        let sessions = [0, 10, 20].map { session(of: account.id, after: $0) }
        try await test.write { transaction in
            try transaction.accounts.insert(account)
            for session in sessions { try transaction.sessions.insert(session) }
        }
        let hash = sessions[0].tokenHash
        #expect(try await test.read { try $0.sessions.session(tokenHash: hash, now: Sample.after(99)) } == sessions[0])
        #expect(try await test.read { try $0.sessions.session(tokenHash: hash, now: Sample.after(100)) } == nil)
        #expect(
            try await test.read { try $0.sessions.sessions(of: account.id, now: Sample.after(105)).map(\.id) }
                == [sessions[2].id, sessions[1].id])

        try await test.write { try $0.sessions.touch(sessions[1].id, at: Sample.after(50)) }
        let touched = try await test.read { transaction in
            try transaction.sessions.session(tokenHash: sessions[1].tokenHash, now: Sample.start)
        }
        #expect(touched?.lastSeenAt == Sample.after(50))

        let stranger: AccountID = sample.id()
        #expect(try await test.write { try $0.sessions.remove(sessions[1].id, of: stranger) } == false)
        #expect(try await test.write { try $0.sessions.remove(sessions[1].id, of: account.id) })
        try await test.write { try $0.sessions.removeAll(of: account.id, except: sessions[2].id) }
        #expect(try await test.read { try $0.sessions.sessions(of: account.id, now: Sample.start) } == [sessions[2]])
        #expect(try await test.write { try $0.sessions.removeExpired(now: Sample.after(119)) } == 0)
        #expect(try await test.write { try $0.sessions.removeExpired(now: Sample.after(120)) } == 1)
        try await test.write { try $0.sessions.insert(sessions[0]) }
        try await test.write { try $0.sessions.removeAll(of: account.id, except: nil) }
        #expect(try await test.read { try $0.sessions.sessions(of: account.id, now: Sample.start) } == [])
    }

    @Test func aSessionOfNobodyIsRefused() async throws {
        let test = try await TestDatabase()
        let session = session(of: sample.id(), after: 0)
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.write { try $0.sessions.insert(session) }
        }
        #expect(error?.code == .notFound)
    }

    @Test func settingsAreSetReplacedAndReturnedToTheirDefault() async throws {
        let test = try await TestDatabase()
        let plain = StoredSetting(key: "smtp.host", value: "mail.example", sealedValue: nil)
        let secret = StoredSetting(key: "smtp.password", value: nil, sealedValue: sample.octets())
        let empty = StoredSetting(key: "a.empty", value: "", sealedValue: nil)
        try await test.write { transaction in
            for setting in [secret, plain, empty] { try transaction.settings.set(setting) }
        }
        #expect(try await test.read { try $0.settings.all() } == [empty, plain, secret])
        let other = StoredSetting(key: "smtp.host", value: "relay.example", sealedValue: nil)
        try await test.write { transaction in
            try transaction.settings.set(other)
            try transaction.settings.remove("a.empty")
            try transaction.settings.remove("never.set")
        }
        #expect(try await test.read { try $0.settings.all() } == [other, secret])
    }
}
