import FileVault
import Foundation
import Localization
import MailMessage
import MailTemplates
import Storage
import Testing

@testable import Deliveries

/// What the clock tells of drafts, mail and the disk, and what the last download tells.
@Suite struct OperationNoticeTests {
    private func administrator(_ house: DeliveryHouse) async throws {
        let account = Account(
            id: house.parts.newID(house.now), email: try EmailAddress(parsing: "eva@kunde.example"), name: "Eva",
            isAdministrator: true, state: .active, language: .english, passwordHash: nil, createdAt: house.now)
        try await house.database.write { try $0.accounts.insert(account) }
    }

    private func mails(_ kind: MailKind, _ house: DeliveryHouse) async throws -> [String] {
        try await house.mails().filter { $0.entry.kind == kind }.map(\.entry.to.displayForm)
    }

    @Test func everythingFetchedIsToldOnceAndNotBefore() async throws {
        let house = try await DeliveryHouse(settings: ["notify.all-fetched": "true"])
        let delivery = try await house.sent()
        try await house.fetchAll(delivery, by: 0)
        #expect(try await mails(.allFetched, house) == [])
        try await house.fetchAll(delivery, by: 1)
        #expect(try await mails(.allFetched, house) == ["anna@kunde.example"])
        try await house.fetchAll(delivery, by: 1)
        #expect(try await mails(.allFetched, house).count == 1)
        let off = try await DeliveryHouse()
        let other = try await off.sent(form: DraftForm(recipients: "b@x.example", subject: "S"))
        try await off.fetchAll(other)
        #expect(try await mails(.allFetched, off) == [])
    }

    @Test func aCorrectedAddressIsToldToWhomTheSettingsName() async throws {
        let house = try await DeliveryHouse(settings: [
            "notify.address-corrected": "true", "notify.address-corrected.to": "both",
        ])
        try await administrator(house)
        let delivery = try await house.sent()
        let recipient = try await house.recipients(of: delivery)[0]
        try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: "ben@praxis.example")
        #expect(try await mails(.addressCorrected, house) == ["anna@kunde.example", "eva@kunde.example"])
        let text = try #require(try await house.mails().first { $0.entry.kind == .addressCorrected }).mail.plainText
        #expect(text.contains("bernd@praxis.example") && text.contains("ben@praxis.example"))
    }

    @Test func aDraftWithFilesIsToldOfADayBeforeItIsRemoved() async throws {
        let house = try await DeliveryHouse(settings: ["deliveries.abandoned-hours": "72"])
        let draft = try await house.draft()
        let empty = try await house.draft(files: [])
        let job = AbandonedDraftJob(house.parts)
        house.pass(47 * 3_600)
        _ = try await job.run(now: house.now)
        #expect(try await mails(.uploadAbandoned, house) == [])
        house.pass(2 * 3_600)
        for _ in 0..<2 { _ = try await job.run(now: house.now) }
        #expect(try await mails(.uploadAbandoned, house) == ["anna@kunde.example"])
        let mail = try #require(try await house.mails().first).mail
        #expect(mail.plainText.contains("Befund.pdf") && mail.plainText.contains(draft.id.description))
        // Touched: it is left alone, and told of again when it is abandoned anew.
        _ = try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(subject: "Neu"))
        house.pass(49 * 3_600)
        _ = try await job.run(now: house.now)
        #expect(try await mails(.uploadAbandoned, house).count == 2)
        house.pass(24 * 3_600)
        _ = try await job.run(now: house.now)
        #expect(try await house.stored(draft) == nil)
        #expect(try await house.stored(empty) == nil)
        #expect(try await mails(.uploadAbandoned, house).count == 2)
    }

    @Test func stuckMailIsToldOnceADayUntilItMovesAgain() async throws {
        let house = try await DeliveryHouse(settings: [
            "mail.route": "smtp", "mail.system-sender": "versand@kunde.example", "smtp.host": "mail.kunde.example",
            "notify.storage-low": "false",
        ])
        try await administrator(house)
        let delivery = try await house.sent()
        let job = OperationWatchJob(house.parts)
        _ = try await job.run(now: house.now)
        #expect(try await mails(.outboxStuck, house) == [])
        house.pass(2 * 3_600 + 60)
        for _ in 0..<2 { _ = try await job.run(now: house.now) }
        #expect(try await mails(.outboxStuck, house) == ["eva@kunde.example"])
        house.pass(86_400)
        _ = try await job.run(now: house.now)
        #expect(try await mails(.outboxStuck, house).count == 2)
        // It moves, and stands still anew: that is news.
        let now = house.now
        try await house.database.write { transaction in
            for var entry in try transaction.outbox.entries(OutboxFilter(states: [.queued]), offset: 0, limit: 100) {
                entry.state = .handedOver
                entry.finishedAt = now
                try transaction.outbox.update(entry)
            }
        }
        _ = try await job.run(now: house.now)
        _ = try await house.sent()
        house.pass(3 * 3_600)
        _ = try await job.run(now: house.now)
        #expect(try await mails(.outboxStuck, house).count == 3)
        #expect(delivery.state == .sent)
    }

    @Test func aDiskThatRunsFullIsToldOnceADay() async throws {
        let house = try await DeliveryHouse()
        try await administrator(house)
        func look(_ available: Int64) async throws -> Int {
            let job = OperationWatchJob(house.parts) { VaultSpace(available: available, total: 1_000_000) }
            _ = try await job.run(now: house.now)
            return try await mails(.storageLow, house).count
        }
        #expect(try await look(150_000) == 0)
        #expect(try await look(99_000) == 1)
        #expect(try await look(90_000) == 1)
        house.pass(86_400)
        #expect(try await look(90_000) == 2)
        // There was room meanwhile: the next time is news.
        #expect(try await look(500_000) == 2)
        #expect(try await look(90_000) == 3)
        #expect(try await mails(.storageLow, house).allSatisfy { $0 == "eva@kunde.example" })
    }
}
