import Foundation
import MailMessage
import MailTemplates
import Storage
import Testing

@testable import Deliveries

@Suite struct DeliveryActionTests {
    @Test func `withdrawing cancels what waits and leaves what was sent`() async throws {
        let house = try await DeliveryHouse(settings: ["notify.withdrawn": "true"])
        let delivery = try await house.sent()
        let first = try await house.mails()[0].entry
        let now = house.now
        try await house.database.write { transaction in
            var entry = first
            entry.state = .handedOver
            entry.finishedAt = now
            try transaction.outbox.update(entry)
        }
        try await house.actions.withdraw(delivery.id, by: house.sender.id)
        let mails = try await house.mails().map(\.entry)
        #expect(mails.map(\.state) == [.handedOver, .cancelled, .queued])
        // Only who got the mail hears that it is void.
        #expect(mails[2].kind == .withdrawn && mails[2].to.wireForm == "bernd@praxis.example")
        #expect(await code { try await house.actions.withdraw(delivery.id, by: house.sender.id) } == .conflict)
        #expect(try await house.events(of: delivery).last == .withdrawn)
    }

    @Test func `an expired delivery is renewed with one click, and who asked hears of it`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[1])
        house.pass(15 * 86_400)
        _ = try await ExpiryJob(house.parts).run(now: house.now)
        #expect(try await house.stored(delivery)?.state == .expired)
        try await house.fetching.askRenewal(link)
        house.pass(1)
        let renewed = try await house.actions.extend(delivery.id, by: house.sender.id, days: 7)
        #expect(renewed.state == .sent && renewed.expiresAt == house.now.addingTimeInterval(7 * 86_400))
        let mail = try #require(try await house.mails().last)
        #expect(mail.entry.kind == .renewed && mail.entry.to.wireForm == "clara@amt.example")
        #expect(mail.mail.plainText.contains("/l/\(link)"))
        #expect(try await house.fetching.open(link).isUnlocked)
        #expect(try await house.recipients(of: delivery)[1].renewalAskedAt == nil)
    }

    @Test func `no extension beyond the longest lifetime`() async throws {
        let house = try await DeliveryHouse(settings: ["deliveries.longest-lifetime-days": "30"])
        let delivery = try await house.sent()
        let actions = house.actions
        for days in [0, -3, 31, .max] {
            #expect(await code { try await actions.extend(delivery.id, by: house.sender.id, days: days) } == .invalid)
        }
        let error = await #expect(throws: DeliveriesError.self) {
            try await actions.extend(delivery.id, by: house.sender.id, days: 17)
        }
        #expect(error?.fields == [FieldError("days", "out-of-range", ["least": "1", "most": "16"])])
        let extended = try await actions.extend(delivery.id, by: house.sender.id, days: 16)
        #expect(extended.expiresAt == DeliveryHouse.start.addingTimeInterval(30 * 86_400))
    }

    @Test func `a corrected address gets a new link, and the old one is dead`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let recipient = try await house.recipients(of: delivery)[0]
        let old = try await house.linkText(of: recipient)
        let browser = try await house.fetching.act(old, cookie: nil)
        let corrected = try await house.actions.correctAddress(
            of: recipient.id, by: house.sender.id, to: "richtig@praxis.example")
        #expect(corrected.email.wireForm == "richtig@praxis.example" && corrected.name == "Bernd Beispiel")
        #expect(corrected.openedAt == nil)
        let new = try await house.linkText(of: corrected)
        #expect(new != old)
        #expect(await code { try await house.fetching.act(old, cookie: browser.cookie) } == .linkReplaced)
        #expect(try await house.fetching.open(new, cookie: browser.cookie).visitor == nil)
        let mails = try await house.mails().map(\.entry)
        #expect(mails.map(\.state) == [.cancelled, .queued, .queued] && mails[2].to == corrected.email)
        let reasons = [
            ("", "required"), ("b@", "address-missing-domain"), ("a@x.example, b@x.example", "too-many"),
            ("clara@amt.example", "recipient-already"),
        ]
        for (typed, reason) in reasons {
            let error = await #expect(throws: DeliveriesError.self) {
                try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: typed)
            }
            #expect(error?.fields.first?.reason == reason, "\(typed)")
        }
        let stranger = AccountID(now: house.now, random: house.parts.random)
        #expect(
            await code { try await house.actions.correctAddress(of: recipient.id, by: stranger, to: "x@y.example") }
                == .notFound)
    }

    @Test func `reminding and resending by hand, once an hour`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(
            form: DraftForm(recipients: "a@x.example, b@x.example, c@x.example", subject: "S"))
        try await house.handOver(delivery)
        try await house.fetchAll(delivery, by: 0)
        let recipients = try await house.recipients(of: delivery)
        let actions = house.actions
        let sender = house.sender.id
        #expect(await code { try await actions.remind(recipients[0].id, by: sender) } == .conflict)
        try await actions.remind(recipients[1].id, by: sender)
        house.pass(1)
        #expect(await code { try await actions.remind(recipients[1].id, by: sender) } == .throttled)
        #expect(try await actions.remindAll(of: delivery.id, by: sender) == 1)
        #expect(try await actions.remindAll(of: delivery.id, by: sender) == 0)
        let reminders = try await house.mails().filter { $0.entry.kind == .reminder }
        #expect(reminders.map(\.entry.to.wireForm) == ["b@x.example", "c@x.example"])
        #expect(reminders[0].mail.inReplyTo == (try await house.mails()[1].entry.messageID))
        house.pass(3_601)
        #expect(try await actions.remindAll(of: delivery.id, by: sender) == 2)
        house.pass(1)
        try await actions.resend(recipients[1].id, by: sender)
        #expect(await code { try await actions.resend(recipients[1].id, by: sender) } == .throttled)
        let link = try await house.linkText(of: recipients[1])
        #expect(try #require(try await house.mails().last).mail.plainText.contains(link))
    }
}
