import Deliveries
import Foundation
import Testing

@testable import Storage

@Suite struct VisitStoreTests {
    let sample = Sample()

    @Test func aVisitorIsKnownAtOneLinkOnly() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        var visitor = sample.visitor(at: stored.link)
        let first = visitor
        let otherLink: LinkID = sample.id()
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.visits.insert(first)
        }
        #expect(
            try await test.read { try $0.visits.visitor(tokenHash: first.tokenHash, link: stored.link.id) } == first)
        #expect(try await test.read { try $0.visits.visitor(tokenHash: first.tokenHash, link: otherLink) } == nil)
        visitor.recipient = nil
        visitor.provenAt = Sample.after(70)
        visitor.passwordGivenAt = nil
        let changed = visitor
        try await test.write { try $0.visits.update(changed) }
        #expect(try await test.read { try $0.visits.visitor(changed.id) } == changed)
    }

    @Test func correctingAnAddressForgetsItsVisitors() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let visitor = sample.visitor(at: stored.link)
        let code = sample.code(of: visitor, recipient: stored.recipient.id)
        let grant = sample.grant(of: visitor, file: stored.file.id)
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.visits.insert(visitor)
            try transaction.visits.insert(code)
            try transaction.visits.insert(grant)
            try transaction.visits.removeVisitors(of: stored.recipient.id)
        }
        #expect(try await test.read { try $0.visits.visitor(visitor.id) } == nil)
        #expect(try await test.read { try $0.visits.grant(tokenHash: grant.tokenHash) } == nil)
    }

    @Test func codesComeNewestFirst() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let visitor = sample.visitor(at: stored.link)
        var code = sample.code(of: visitor, recipient: stored.recipient.id, after: 10)
        let older = sample.code(of: visitor, recipient: stored.recipient.id)
        let newer = code
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.visits.insert(visitor)
            try transaction.visits.insert(newer)
            try transaction.visits.insert(older)
        }
        #expect(try await test.read { try $0.visits.codes(of: visitor.id) } == [newer, older])
        code.tries = 4
        code.usedAt = Sample.after(11)
        let used = code
        try await test.write { try $0.visits.update(used) }
        #expect(try await test.read { try $0.visits.codes(of: visitor.id) } == [used, older])
        let recipient = stored.recipient.id
        #expect(try await test.read { try $0.visits.codeCount(recipient: recipient, since: Sample.start) } == 2)
        #expect(try await test.read { try $0.visits.codeCount(recipient: recipient, since: Sample.after(1)) } == 1)
    }

    @Test func aGrantKeepsItsRanges() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let visitor = sample.visitor(at: stored.link)
        var grant = sample.grant(of: visitor, file: nil)
        let fresh = grant
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.visits.insert(visitor)
            try transaction.visits.insert(fresh)
        }
        #expect(try await test.read { try $0.visits.grant(tokenHash: fresh.tokenHash) } == fresh)
        grant.startedAt = Sample.after(1)
        grant.servedRanges = [0..<100, 4_000_000_000..<5_000_000_000]
        grant.completedAt = Sample.after(2)
        let changed = grant
        try await test.write { try $0.visits.update(changed) }
        #expect(try await test.read { try $0.visits.grant(tokenHash: fresh.tokenHash) } == changed)
    }

    @Test func theFirstCompleteFetchIsToldApart() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        try await test.write { try stored.store(in: $0) }
        func record(_ recipient: RecipientID?, after: TimeInterval) async throws -> Bool {
            try await test.write { transaction in
                try transaction.visits.recordFetch(
                    delivery: stored.delivery.id, recipient: recipient, file: stored.file.id, at: Sample.after(after))
            }
        }
        #expect(try await record(stored.recipient.id, after: 1))
        #expect(try await record(nil, after: 2))
        #expect(try await record(stored.recipient.id, after: 3) == false)
        #expect(try await record(nil, after: 4) == false)
        let fetches = try await test.read { try $0.visits.fetches(of: stored.delivery.id) }
        let mine = try await test.read { transaction in
            try transaction.visits.fetches(of: stored.delivery.id, by: stored.recipient.id)
        }
        let anybodys = try await test.read { try $0.visits.fetches(of: stored.delivery.id, by: nil) }
        #expect(mine.map(\.firstAt) == [Sample.after(1)])
        #expect(anybodys.map(\.firstAt) == [Sample.after(2)])
        #expect(
            fetches == [
                Fetch(
                    delivery: stored.delivery.id, recipient: nil, file: stored.file.id, firstAt: Sample.after(2),
                    lastAt: Sample.after(4), count: 2),
                Fetch(
                    delivery: stored.delivery.id, recipient: stored.recipient.id, file: stored.file.id,
                    firstAt: Sample.after(1), lastAt: Sample.after(3), count: 2),
            ])
    }

    @Test func tracesAreCountedApartFromScannersAndForgotten() async throws {
        let test = try await TestDatabase()
        let stored = try SampleDelivery(sample)
        let visitor = sample.visitor(at: stored.link)
        let code = sample.code(of: visitor, recipient: stored.recipient.id)
        let grant = sample.grant(of: visitor, file: nil, after: 200)
        func trace(_ after: TimeInterval, _ signals: [String]) -> AccessTrace {
            AccessTrace(
                link: stored.link.id, delivery: stored.delivery.id, at: Sample.after(after), method: "HEAD",
                userAgent: "Scanner/1", clientAddress: "192.0.2.1", scannerSignals: signals)
        }
        let traces = [trace(2, ["head", "data-centre"]), trace(1, []), trace(3, ["fast"])]
        let many = (0..<120).map { trace(100 + Double($0), []) }
        try await test.write { transaction in
            try stored.store(in: transaction)
            try transaction.visits.insert(visitor)
            try transaction.visits.insert(code)
            try transaction.visits.insert(grant)
            for trace in traces + many { try transaction.visits.insert(trace) }
        }
        let found = try await test.read { transaction in
            (
                all: try transaction.visits.traces(of: stored.link.id, since: Sample.start),
                late: try transaction.visits.traces(of: stored.link.id, since: Sample.after(219)),
                visited: try transaction.visits.linksVisited(from: "192.0.2.1", since: Sample.after(219)),
                before: try transaction.visits.linksVisited(from: "192.0.2.1", since: Sample.after(220)),
                elsewhere: try transaction.visits.linksVisited(from: "192.0.2.2", since: Sample.start),
                scanners: try transaction.visits.scannerVisits(of: stored.delivery.id)
            )
        }
        #expect(found.all.count == 100)
        #expect(Array(found.all.prefix(3)) == [traces[1], traces[0], traces[2]])
        #expect(found.late == [many[119]])
        #expect(found.visited == [stored.link.id])
        #expect(found.before == [])
        #expect(found.elsewhere == [])
        #expect(found.scanners == [stored.recipient.id: 2])
        // Three traces and the code; the grant is younger.
        #expect(try await test.write { try $0.visits.removeVisits(before: Sample.after(100)) } == 4)
        #expect(try await test.read { try $0.visits.grant(tokenHash: grant.tokenHash) } == grant)
        #expect(try await test.read { try $0.visits.scannerVisits(of: stored.delivery.id) } == [:])
    }
}
