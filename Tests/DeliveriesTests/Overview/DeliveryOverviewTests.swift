import Foundation
import Testing

@testable import Deliveries

@Suite struct DeliveryOverviewTests {
    @Test func `the list searches, filters and pages`() async throws {
        let house = try await DeliveryHouse()
        var sent: [Delivery] = []
        for number in 1...5 {
            sent.append(
                try await house.sent(
                    form: DraftForm(recipients: "r\(number)@x.example", subject: "Akte \(number)", message: "M")))
            house.pass(60)
        }
        _ = try await house.draft()
        try await house.actions.withdraw(sent[0].id, by: house.sender.id)
        let overview = house.overview
        let all = try await overview.list(of: house.sender.id)
        #expect(all.count == 5 && all.deliveries.map(\.delivery.subject).first == "Akte 5")
        #expect(try await overview.list(of: house.sender.id, filter: .withdrawn).deliveries.count == 1)
        #expect(try await overview.list(of: house.sender.id, filter: .drafts).count == 1)
        #expect(
            try await overview.list(of: house.sender.id, search: "R3@x").deliveries.map(\.delivery.id) == [sent[2].id])
        let page = try await overview.list(of: house.sender.id, offset: 3, limit: 1)
        #expect(page.deliveries.map(\.delivery.subject) == ["Akte 2"] && page.count == 5)
        let stranger = AccountID(now: house.now, random: house.parts.random)
        #expect(try await overview.list(of: stranger).count == 0)
        #expect(await code { try await overview.detail(of: sent[1].id, for: stranger) } == .notFound)
    }

    @Test func `each state of a mail is shown as it is`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let mail = try await house.mails()[0].entry
        func shown(_ state: OutboxEntry.State) -> SendingState {
            var entry = mail
            entry.state = state
            entry.finishedAt = house.now
            return SendingState(entry)
        }
        #expect(shown(.local) == .notSent && shown(.cancelled) == .cancelled)
        #expect(shown(.held) == .held(byAdministrator: true))
        #expect(shown(.handedOver) == .handedOver(at: house.now))
        try await house.handOver(delivery)
        let detail = try await house.overview.detail(of: delivery.id, for: house.sender.id)
        #expect(detail.recipients.allSatisfy { $0.sending == .handedOver(at: house.now) })
        #expect(detail.events.map(\.kind) == [.sent, .handedOver, .handedOver])
        #expect(detail.cursor == detail.events.last?.number)
    }
}
