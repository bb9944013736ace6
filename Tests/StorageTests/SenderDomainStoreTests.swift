import Deliveries
import Foundation
import MailMessage
import SenderDomains
import Storage
import Testing

@Suite struct SenderDomainStoreTests {
    @Test func everyFieldOfADomainComesBack() async throws {
        let test = try await TestDatabase()
        let domain = try Sample().senderDomain()
        try await test.write { try $0.senderDomains.insert(domain) }
        #expect(try await test.read { try $0.senderDomains.domain(domain.domain) } == domain)
        #expect(try await test.read { try $0.senderDomains.domains() } == [domain])
    }

    @Test func aDomainIsThereOnce() async throws {
        let test = try await TestDatabase()
        let domain = try Sample().senderDomain()
        try await test.write { try $0.senderDomains.insert(domain) }
        let error = await #expect(throws: DeliveriesError.self) {
            try await test.write { try $0.senderDomains.insert(domain) }
        }
        #expect(error?.code == .conflict)
    }

    @Test func keysComeAndGoWithAnUpdate() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        var domain = try sample.senderDomain(keys: [sample.domainKey("alt", phase: .retired), sample.domainKey()])
        let first = domain
        try await test.write { try $0.senderDomains.insert(first) }
        let isForgotten = domain.forget(selector: "alt")
        #expect(isForgotten)
        domain.add([sample.domainKey("neu", phase: .pending)], now: Sample.after(20))
        domain.policy = .reject
        let changed = domain
        try await test.write { try $0.senderDomains.update(changed) }
        let stored = try #require(try await test.read { try $0.senderDomains.domain(changed.domain) })
        #expect(stored == changed)
        #expect(stored.keys.map(\.selector) == ["depesche1", "neu"])
    }

    @Test func standingsSayWhatTheDecisionNeeds() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let good = try sample.senderDomain()
        let bad = try sample.senderDomain("kunde.example", state: .degraded, policy: .reject)
        try await test.write { transaction in
            try transaction.senderDomains.insert(good)
            try transaction.senderDomains.insert(bad)
        }
        let standings = try await test.read { try $0.senderDomains.standings() }
        #expect(standings == [good.domain: good.standing, bad.domain: bad.standing])
    }

    @Test func whatIsDueIsFoundInItsOrder() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let names = ["c.example": 30.0, "a.example": 10, "b.example": 20]
        for (name, due) in names {
            let domain = try sample.senderDomain(name, nextCheckAt: due)
            try await test.write { try $0.senderDomains.insert(domain) }
        }
        let due = try await test.read { try $0.senderDomains.domainsToCheck(now: Sample.after(25), limit: 9) }
        #expect(due.map(\.ascii) == ["a.example", "b.example"])
        #expect(try await test.read { try $0.senderDomains.nextCheck() } == Sample.after(10))
    }

    @Test func historyOutlivesItsDomain() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let domain = try sample.senderDomain()
        let entries = (0..<3).map { sample.historyEntry(of: domain.domain, "code-\($0)", after: Double($0)) }
        let handOver = sample.handOver(of: domain.domain)
        try await test.write { transaction in
            try transaction.senderDomains.insert(domain)
            for entry in entries { try transaction.senderDomains.insert(entry) }
            try transaction.senderDomains.insert(handOver)
            try transaction.senderDomains.remove(domain.domain)
        }
        try await test.write { (transaction: any Transaction) throws in
            #expect(try transaction.senderDomains.domain(domain.domain) == nil)
            #expect(try transaction.senderDomains.handOver(tokenHash: handOver.tokenHash) == nil)
            #expect(
                try transaction.senderDomains.history(of: domain.domain, offset: 0, limit: 2).map(\.code)
                    == ["code-2", "code-1"])
            #expect(
                try transaction.senderDomains.history(of: domain.domain, offset: 2, limit: 2).map(\.number) == [1])
        }
    }

    @Test func aHandOverLinkIsFoundByItsHashUntilItIsRevoked() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let domain = try sample.senderDomain()
        let link = sample.handOver(of: domain.domain)
        let later = sample.handOver(of: domain.domain, purpose: .control, after: 1)
        try await test.write { transaction in
            try transaction.senderDomains.insert(domain)
            try transaction.senderDomains.insert(link)
            try transaction.senderDomains.insert(later)
            #expect(try transaction.senderDomains.handOver(tokenHash: link.tokenHash) == link)
            #expect(try transaction.senderDomains.handOvers(of: domain.domain) == [later, link])
            var revoked = link
            revoked.revokedAt = Sample.after(5)
            try transaction.senderDomains.update(revoked)
            #expect(try transaction.senderDomains.handOver(tokenHash: link.tokenHash) == revoked)
            #expect(!revoked.isOpen(at: Sample.after(6)))
        }
    }

    @Test func aRequestIsTakenOnceAndKeptWithItsAnswer() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let domain = try MailDomain(parsing: "kunde.example")
        let request = try sample.domainRequest(for: domain)
        let other = try sample.domainRequest(for: domain, installation: "https://b.example", after: 1)
        try await test.write { transaction in
            let store = transaction.senderDomains
            try store.insert(request)
            #expect(throws: DeliveriesError.self) { try store.insert(request) }
            try store.insert(other)
            #expect(try store.request(request.id) == request)
            #expect(try store.request(nonce: other.nonce) == other)
            #expect(try store.pinnedKey(of: "https://a.example") == request.installationKey)
            #expect(try store.pinnedKey(of: "https://c.example") == nil)
            var answered = request
            answered.state = .refused
            answered.answeredAt = Sample.after(9)
            answered.answeredBy = sample.id()
            answered.reason = "Nein"
            try store.update(answered)
            #expect(try store.requests(state: .open, offset: 0, limit: 9) == [other])
            #expect(try store.requests(state: nil, offset: 0, limit: 9) == [other, answered])
            #expect(try store.requestCount(state: .refused) == 1)
            #expect(try store.requestCount(state: nil) == 2)
            #expect(try store.requests(for: domain) == [other, answered])
        }
    }

    @Test func heldMailIsReleasedForItsDomainAlone() async throws {
        let test = try await TestDatabase()
        let sample = Sample()
        let domain = try MailDomain(parsing: "kunde.example")
        var mine = try sample.entry()
        mine.state = .held
        mine.heldFor = domain
        mine.senderReason = "hold-degraded-domain"
        mine.isReleased = true
        var other = try sample.entry(after: 1)
        other.state = .held
        other.heldFor = try MailDomain(parsing: "anderer.example")
        let entries = [mine, other]
        try await test.write { try $0.outbox.insert(entries) }
        #expect(try await test.read { try $0.outbox.entry(entries[0].id) } == entries[0])
        #expect(
            try await test.write { try $0.outbox.release(heldFor: domain, isReleased: false, at: Sample.after(50)) }
                == 1)
        let released = try await test.read { try $0.outbox.entry(entries[0].id) }
        #expect(released?.state == .queued && released?.nextAttemptAt == Sample.after(50) && released?.heldFor == nil)
        #expect(try await test.read { try $0.outbox.entry(entries[1].id)?.state } == .held)
    }
}
