import Foundation
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

/// What owners of addresses say about our mail.
@Suite struct MailWishTests {
    private let bernd: EmailAddress

    init() throws {
        bernd = try EmailAddress(parsing: "bernd@praxis.example")
    }

    private func wishes(_ house: DeliveryHouse) -> MailWishes {
        MailWishes(database: house.database, keys: house.parts.keys, now: house.parts.now)
    }

    private func audit(_ house: DeliveryHouse) async throws -> [String] {
        try await house.database.read { try $0.ledger.audit(offset: 0, limit: 20).map(\.action) }
            .filter { !$0.hasPrefix("delivery-") }
    }

    @Test func aTokenIsBoundToItsAddressAndToldApartFromAnyOther() async throws {
        let house = try await DeliveryHouse()
        let use = wishes(house)
        let token = try use.token(for: bernd)
        #expect(try await use.current(token.text).token.address == bernd)
        // What mail programs append is left aside.
        #expect(try await use.current(token.text + ">.").token == token)
        #expect(!token.text.contains(Base64URL.encode(Array("bernd".utf8))))
        let stranger = MailWishes(
            database: house.database, keys: KeyRing(ephemeral: SeededRandomSource(seed: 99)), now: house.parts.now)
        var changed = Array(token.text)
        changed[20] = changed[20] == "A" ? "B" : "A"
        for text in ["", "x", String(token.text.dropLast(2)), String(changed), String(repeating: "A", count: 2_000)] {
            await #expect(throws: DeliveriesError(.linkDamaged)) { _ = try await use.current(text) }
            await #expect(throws: DeliveriesError(.linkDamaged)) {
                try await use.set(.none, at: text, origin: .commandLine)
            }
        }
        await #expect(throws: DeliveriesError(.linkDamaged)) { _ = try await stranger.current(token.text) }
        #expect(try await audit(house) == [])
    }

    @Test func noMailAndTakingItBackAreOneClickEachAndTheSameAgainChangesNothing() async throws {
        let house = try await DeliveryHouse()
        let use = wishes(house)
        let token = try use.token(for: bernd).text
        #expect(try await use.current(token).wish == .all)
        for _ in 0..<3 { try await use.set(.none, at: token, origin: .commandLine) }
        #expect(try await use.current(token).wish == MailWish.none)
        #expect(try await audit(house) == ["address-suppressed"])
        let draft = try await house.draft()
        let refused = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(refused?.fields.map(\.reason) == ["suppressed-unsubscribed"])
        try await use.set(.all, at: token, origin: .commandLine)
        #expect(try await use.current(token).wish == .all)
        #expect(try await audit(house) == ["suppression-lifted", "address-suppressed"])
        try await house.sending.send(draft.id, by: house.sender.id)
    }

    @Test func noRemindersStopsThemAndNothingElse() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        try await house.handOver(delivery)
        let recipients = try await house.recipients(of: delivery)
        try await house.actions.remind(recipients[0].id, by: house.sender.id)
        let use = wishes(house)
        let token = try use.token(for: bernd).text
        try await use.set(.noReminders, at: token, origin: .commandLine)
        // What waits to leave is a reminder, too.
        #expect(try await house.mails().filter { $0.entry.kind == .reminder }.map(\.entry.state) == [.cancelled])
        #expect(try await audit(house) == ["reminders-refused"])
        house.pass(7_200)
        let refused = await #expect(throws: DeliveriesError.self) {
            try await house.actions.remind(recipients[0].id, by: house.sender.id)
        }
        #expect(refused?.fields == [FieldError("recipient", "no-reminders")])
        #expect(try await house.actions.remindAll(of: delivery.id, by: house.sender.id) == 1)
        #expect(
            try await house.mails().filter { $0.entry.kind == .reminder && $0.entry.state == .queued }.map(\.entry.to)
                == [recipients[1].email])
        let status = try await house.overview.detail(of: delivery.id, for: house.sender.id).recipients
        #expect(status.map(\.wish) == [.noReminders, .all])
        // Deliveries still go there.
        _ = try await house.sent()
        // "No mail" is more, and ends alone; what was said of reminders holds on.
        try await use.set(.none, at: token, origin: .commandLine)
        #expect(try await use.current(token).wish == MailWish.none)
        try await use.set(.noReminders, at: token, origin: .commandLine)
        #expect(try await use.current(token).wish == .noReminders)
        try await use.set(.all, at: token, origin: .commandLine)
        #expect(
            try await audit(house) == [
                "reminders-allowed", "suppression-lifted", "address-suppressed", "reminders-refused",
            ])
    }

    @Test func theClockRemindsNobodyWhoRefusedIt() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        try await house.handOver(delivery)
        let use = wishes(house)
        try await use.set(.noReminders, at: use.token(for: bernd).text, origin: .commandLine)
        house.pass(12 * 86_400)
        _ = try await ReminderJob(house.parts).run(now: house.now)
        #expect(
            try await house.mails().filter { $0.entry.kind == .reminder }.map(\.entry.to.displayForm)
                == ["clara@amt.example"])
    }

    @Test func changesAreLimited() async throws {
        let house = try await DeliveryHouse()
        let use = wishes(house)
        let token = try use.token(for: bernd).text
        for number in 0..<MailWishes.mostChanges {
            try await use.set(number.isMultiple(of: 2) ? .none : .all, at: token, origin: .commandLine)
        }
        let refused = await #expect(throws: DeliveriesError.self) {
            try await use.set(.none, at: token, origin: .commandLine)
        }
        #expect(refused?.code == .throttled)
        house.pass(3_601)
        try await use.set(.none, at: token, origin: .commandLine)
    }

    @Test(arguments: ["https://depesche.example", "http://depesche.example"])
    func mailsToRecipientsLeadToTheChoice(_ url: String) async throws {
        let house = try await DeliveryHouse(settings: ["server.public-url": url])
        let delivery = try await house.sent(form: DraftForm(recipients: "bernd@praxis.example", subject: "S"))
        let recipient = try await house.recipients(of: delivery)[0]
        try await house.handOver(delivery)
        try await house.actions.remind(recipient.id, by: house.sender.id)
        let use = wishes(house)
        for (entry, mail) in try await house.mails() {
            let begin = try #require(mail.plainText.firstRange(of: url + "/m/"))
            let token = String(mail.plainText[begin.upperBound...].prefix { !$0.isWhitespace })
            #expect(try await use.current(token).token.address == bernd)
            #expect(mail.html.contains("/m/\(token)"))
            // A person's own letter is no mail to many; without https no program may click (RFC 8058, 3.1).
            let carries = entry.kind == .reminder && url.hasPrefix("https")
            #expect(mail.unsubscribe?.text == (carries ? "\(url)/m/\(token)" : nil))
        }
    }
}
