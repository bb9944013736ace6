import Foundation
import Storage
import Testing

@testable import Deliveries

@Suite struct CleanUpPreviewTests {
    private func amounts(
        _ house: DeliveryHouse, days: Int
    ) async throws -> [CleanUpRule: (now: CleanUpAmount, until: CleanUpAmount)] {
        let plan = try await CleanUpPreview(house.parts).plan(days: days)
        return Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.rule, ($0.now, $0.until)) })
    }

    @Test func `what it says is what the jobs do`() async throws {
        let house = try await DeliveryHouse()
        // Fourteen days, then fourteen of grace.
        let sent = try await house.sent(files: [("a", [1, 2, 3]), ("b", [1])])
        let draft = try await house.draft(files: [("c", [1, 2])])
        #expect(try await amounts(house, days: 13)[.expiry]?.until == CleanUpAmount(count: 0))
        #expect(try await amounts(house, days: 14)[.expiry]?.until == CleanUpAmount(count: 1))
        #expect(try await amounts(house, days: 27)[.removal]?.until == CleanUpAmount(count: 0))
        let plan = try await CleanUpPreview(house.parts).plan(days: 28)
        #expect(plan.removals.map(\.delivery) == [sent.id] && plan.removals[0].octets == 4)
        #expect(plan.removals[0].files == 2 && plan.removals[0].state == .sent)
        #expect(plan.removals[0].at == sent.removeFilesAt && plan.senders[sent.sender]?.email == house.sender.email)
        #expect(try await amounts(house, days: 6)[.drafts]?.until == CleanUpAmount(count: 0))
        #expect(try await amounts(house, days: 8)[.drafts]?.until == CleanUpAmount(count: 1, octets: 2))
        for (rule, amount) in try await amounts(house, days: 0) { #expect(amount.now.count == 0, "\(rule)") }

        // Nothing was done by asking.
        #expect(try await house.stored(sent)?.state == .sent)
        #expect(try await house.stored(draft)?.state == .draft)
        #expect(try await house.events(of: sent) == [.sent])

        house.pass(8 * 86_400)
        #expect(try await amounts(house, days: 0)[.drafts]?.now == CleanUpAmount(count: 1, octets: 2))
        _ = try await AbandonedDraftJob(house.parts).run(now: house.now)
        #expect(try await amounts(house, days: 0)[.drafts]?.now == CleanUpAmount(count: 0))
        house.pass(20 * 86_400)
        let due = try await amounts(house, days: 0)
        #expect(due[.expiry]?.now.count == 1 && due[.removal]?.now == CleanUpAmount(count: 1, octets: 4))
        _ = try await ExpiryJob(house.parts).run(now: house.now)
        _ = try await RemovalJob(house.parts).run(now: house.now)
        let done = try await amounts(house, days: 3_650)
        #expect(done[.expiry]?.until.count == 0 && done[.removal]?.until.count == 0)
    }

    @Test func `what was withdrawn is due at once`() async throws {
        let house = try await DeliveryHouse()
        let sent = try await house.sent(files: [("a", [1, 2, 3])])
        try await house.actions.withdraw(sent.id, by: house.sender.id)
        let plan = try await CleanUpPreview(house.parts).plan(days: 0)
        #expect(plan.removals.map(\.state) == [.withdrawn])
        #expect(try await amounts(house, days: 0)[.removal]?.now == CleanUpAmount(count: 1, octets: 3))
    }

    @Test func `traces and mails go after thirty days`() async throws {
        let house = try await DeliveryHouse()
        let sent = try await house.sent()
        try await house.handOver(sent)
        let link = try await house.linkText(of: try await house.recipients(of: sent)[0])
        _ = try await house.fetching.open(
            link, visit: PageVisit(origin: RequestOrigin(clientAddress: "192.0.2.1", userAgent: "x")))
        try await house.traces.flush()
        _ = try await house.fetching.grant(link, cookie: nil, file: nil)
        let soon = try await amounts(house, days: 29)
        #expect(soon[.visits]?.until.count == 0 && soon[.mails]?.until.count == 0)
        let later = try await amounts(house, days: 31)
        #expect(later[.visits]?.until.count == 2 && later[.mails]?.until.count == 2)
        house.pass(31 * 86_400)
        #expect(try await amounts(house, days: 0)[.mails]?.now.count == 2)
        _ = try await RetentionJob(house.parts).run(now: house.now)
        let after = try await amounts(house, days: 0)
        #expect(after[.visits]?.now.count == 0 && after[.mails]?.now.count == 0)
    }

    @Test func `a question out of all bounds is cut`() async throws {
        let house = try await DeliveryHouse()
        #expect(try await CleanUpPreview(house.parts).plan(days: -5, offset: -1, limit: 0).days == 0)
        #expect(try await CleanUpPreview(house.parts).plan(days: .max).days == CleanUpPreview.mostDays)
    }
}
