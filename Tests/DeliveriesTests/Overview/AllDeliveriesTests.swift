import Foundation
import Localization
import MailMessage
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct AllDeliveriesTests {
    private static let origin = RequestOrigin(clientAddress: "198.51.100.7")

    /// A house with a second sender and somebody who watches.
    private static func house() async throws -> (house: DeliveryHouse, other: Account, auditor: Account) {
        let house = try await DeliveryHouse()
        let people = try [("zoe@kunde.example", Role.sender), ("pruefung@kunde.example", .auditor)].map { email, role in
            Account(
                id: Identifier(now: house.now, random: house.parts.random), email: try EmailAddress(parsing: email),
                name: "Zoë Müller", roles: [role], state: .active, language: .german, passwordHash: nil,
                createdAt: house.now)
        }
        try await house.database.write { transaction in
            for one in people { try transaction.accounts.insert(one) }
        }
        return (house, people[0], people[1])
    }

    @Test func everybodysDeliveriesAreListedWithoutWhatStandsInThem() async throws {
        let (house, other, _) = try await Self.house()
        let first = try await house.sent()
        let second = try await house.sent(files: [])
        try await house.database.write { try $0.deliveries.handOver(second.id, to: other.id) }
        _ = try await house.draft()
        let all = AllDeliveries(house.parts)
        let found = try await all.list(AllDeliveriesSearch())
        #expect(found.records.map(\.summary.delivery.id) == [second.id, first.id] && found.total == 2)
        #expect(found.records.map(\.sender.email.wireForm) == ["zoe@kunde.example", "anna@kunde.example"])
        #expect(found.records.map(\.summary.recipients) == [2, 2] && found.records.map(\.summary.files) == [0, 1])
        for record in found.records {
            let delivery = record.summary.delivery
            #expect(delivery.subject.isEmpty && delivery.message.isEmpty && record.summary.firstRecipients == [])
        }
        let page = try await all.list(AllDeliveriesSearch(), offset: 1, limit: 1)
        #expect(page.records.map(\.summary.delivery.id) == [first.id] && page.total == 2)
    }

    @Test func theListIsNarrowedBySenderRecipientStateAndTime() async throws {
        let (house, other, _) = try await Self.house()
        let first = try await house.sent()
        house.pass(3_600)
        let second = try await house.sent()
        try await house.database.write { try $0.deliveries.handOver(second.id, to: other.id) }
        try await house.actions.withdraw(first.id, by: house.sender.id)
        let all = AllDeliveries(house.parts)
        func ids(_ search: AllDeliveriesSearch) async throws -> [DeliveryID] {
            let found = try await all.list(search)
            #expect(found.total == found.records.count)
            return found.records.map(\.summary.delivery.id)
        }
        #expect(try await ids(.init(sender: "MÜLLER")) == [second.id])
        #expect(try await ids(.init(sender: "anna@")) == [first.id])
        #expect(try await ids(.init(sender: "niemand")) == [])
        #expect(try await ids(.init(sender: "%' OR 1=1 --")) == [])
        #expect(try await ids(.init(recipient: "clara@amt")) == [second.id, first.id])
        #expect(try await ids(.init(recipient: "_%")) == [])
        #expect(try await ids(.init(state: .withdrawn)) == [first.id])
        #expect(try await ids(.init(state: .open)) == [second.id])
        #expect(try await ids(.init(state: .drafts)) == [], "drafts are nobody else's business")
        let middle = DeliveryHouse.start.addingTimeInterval(1_800)
        #expect(try await ids(.init(from: middle)) == [second.id])
        #expect(try await ids(.init(until: middle)) == [first.id])
        #expect(try await ids(.init(sender: String(repeating: "x", count: 100_000))) == [])
    }

    @Test func eachLookAtSomebodyElsesDeliveryIsNoted() async throws {
        let (house, _, auditor) = try await Self.house()
        let delivery = try await house.sent()
        let draft = try await house.draft()
        let all = AllDeliveries(house.parts)
        let (detail, sender) = try await all.detail(of: delivery.id, by: auditor.id, origin: Self.origin)
        #expect(sender.id == house.sender.id)
        #expect(detail.delivery.subject.isEmpty && detail.delivery.message.isEmpty)
        #expect(detail.files.map(\.name) == ["Befund.pdf"] && detail.recipients.count == 2)
        #expect(detail.events.map(\.kind) == [.sent])
        _ = try await all.detail(of: delivery.id, by: house.sender.id, origin: Self.origin)
        for id in [draft.id, DeliveryID(now: house.now, random: house.parts.random)] {
            #expect(await code { _ = try await all.detail(of: id, by: auditor.id, origin: Self.origin) } == .notFound)
        }
        let looks = try await house.database.read { try $0.ledger.audit(offset: 0, limit: 100) }
            .filter { $0.action == "delivery-viewed" }
        #expect(looks.map(\.actor) == [auditor.id] && looks.map(\.target) == [delivery.id.description])
    }
}
