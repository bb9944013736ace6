import Foundation
import Testing

@testable import Deliveries

@Suite struct DashboardTests {
    @Test func theFiguresAreThoseOfTheInstallation() async throws {
        let house = try await DeliveryHouse()
        let fetched = try await house.sent()
        try await house.fetchAll(fetched)
        _ = try await house.sent(files: [("a", [1, 2, 3])])
        _ = try await house.draft(files: [("b", [1])])
        let now = try await Dashboard(house.parts).figures()
        #expect(now.days.count == 30 && now.days.last?.deliveries == 2)
        #expect(now.days.dropLast().allSatisfy { $0.deliveries == 0 })
        #expect(now.sent == SentFigures(deliveries: 2, withFiles: 2, fetched: 1))
        #expect(now.expired == ExpiredFigures(deliveries: 0, unfetched: 0))
        #expect(now.kept == CleanUpAmount(count: 3, octets: 10))
        #expect(now.total > now.available && now.available > 0)
        #expect(now.accounts == AccountFigures(active: 1, invited: 0, disabled: 0, withoutSecondFactor: 1))
        #expect(now.heldFiles == 0 && now.failing == [:] && now.freed.count == 0)

        house.pass(15 * 86_400)
        _ = try await ExpiryJob(house.parts).run(now: house.now)
        let later = try await Dashboard(house.parts).figures()
        #expect(later.expired == ExpiredFigures(deliveries: 2, unfetched: 1))
        #expect(later.days.map(\.deliveries).reduce(0, +) == 2 && later.days.last?.deliveries == 0)
        house.pass(8 * 86_400)
        #expect(try await Dashboard(house.parts).figures().freed.octets == 9)
    }

    @Test func aDayOfMailAreItsHours() {
        let now = Date(timeIntervalSince1970: 1_795_439_100)
        let first = Dashboard.lastHours(at: now)[0]
        #expect(now.timeIntervalSince(first) < 24 * 3_600 && now.timeIntervalSince(first) >= 23 * 3_600)
        let hours = [
            MailHour(start: first, outcome: "handed-over", count: 2),
            MailHour(start: first.addingTimeInterval(-3_600), outcome: "handed-over", count: 5),
            MailHour(start: first, outcome: "returned", count: 1), MailHour(start: first, outcome: "refused", count: 1),
            MailHour(start: first, outcome: "unknown", count: 4), MailHour(start: first, outcome: "what", count: 9),
        ]
        #expect(MailFate.allCases.map { hours.count($0, from: first) } == [2, 4, 2])
        #expect(hours.count(.sent) == 7)
    }
}
