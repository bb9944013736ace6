import FileVault
import Foundation
import Localization
import MailMessage
import Storage
import Testing

@testable import Deliveries

@Suite struct DraftTests {
    @Test func `a draft keeps what was typed, even what cannot be sent`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .english)
        #expect(draft.state == .draft && draft.level == .secureLink && draft.lifetimeDays == 14)
        let subject = String(repeating: "s", count: 100_000)
        let form = DraftForm(recipients: "so nicht; anna@", subject: subject, message: "a\r\nb", lifetimeDays: 4_000)
        try await house.drafts.update(draft.id, by: house.sender.id, form)
        let kept = try #require(try await house.drafts.latest(of: house.sender.id))
        #expect(kept.subject == subject && kept.draftRecipients == "so nicht; anna@" && kept.message == "a\nb")
        #expect(kept.lifetimeDays == 4_000)
    }

    @Test func `who may not send begins nothing, and sends nothing that was begun before`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        var account = house.sender
        account.roles = [.auditor, .userManager]
        let changed = account
        try await house.database.write { try $0.accounts.update(changed) }
        await #expect(throws: DeliveriesError(.forbidden)) {
            _ = try await house.drafts.create(by: house.sender.id, language: .german)
        }
        await #expect(throws: DeliveriesError(.forbidden)) {
            try await house.sending.send(
                draft.id, by: house.sender.id, form: DraftForm(recipients: "b@kunde.example", subject: "x"))
        }
    }

    @Test func `a level that is not offered is refused and not dropped`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        for level in [0, 3, 4, 99, -1] {
            await #expect(throws: DeliveriesError(.unsupportedOption, fields: [FieldError("level", "unsupported")])) {
                try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(level: level))
            }
        }
    }

    @Test func `a short password is named, and the rest is kept`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        await #expect(
            throws: DeliveriesError(.invalid, fields: [FieldError("password", "too-short", ["least": "8"])])
        ) {
            try await house.drafts.update(
                draft.id, by: house.sender.id, DraftForm(subject: "Bleibt", password: "1234567"))
        }
        let kept = try #require(try await house.stored(draft))
        #expect(kept.subject == "Bleibt" && kept.passwordHash == nil)
        try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(password: "12345678"))
        #expect(try await house.stored(draft)?.passwordHash?.hasPrefix("$argon2id$") == true)
        try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(password: ""))
        #expect(try await house.stored(draft)?.passwordHash == nil)
    }

    @Test func `somebody else's draft is not there`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let stranger = AccountID(now: house.now, random: house.parts.random)
        await #expect(throws: DeliveriesError(.notFound)) {
            try await house.drafts.update(draft.id, by: stranger, DraftForm(subject: "x"))
        }
        await #expect(throws: DeliveriesError(.notFound)) { try await house.drafts.discard(draft.id, by: stranger) }
    }

    @Test func `a discarded draft leaves nothing behind`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        try await house.drafts.discard(draft.id, by: house.sender.id)
        #expect(try await house.stored(draft) == nil)
        #expect(try await house.vault.files(olderThan: .distantFuture).isEmpty)
    }

    @Test func `recipients are read with mistakes in their places and duplicates folded`() async throws {
        let house = try await DeliveryHouse()
        let list = house.drafts.checkRecipients("A <a@x.example>; b@; A@X.example, c@y.example")
        #expect(list.entries.map { $0.mailbox != nil } == [true, false, true])
        #expect(list.duplicateCount == 1 && list.entries[1].problem == .missingDomain)
    }

    @Test func `earlier recipients are offered`() async throws {
        let house = try await DeliveryHouse()
        _ = try await house.sent()
        let found = try await house.drafts.suggestions(for: house.sender.id, prefix: "ber")
        #expect(found.map(\.address.wireForm) == ["bernd@praxis.example"])
        #expect(try await house.drafts.suggestions(for: house.sender.id, prefix: " ").isEmpty)
    }
}
