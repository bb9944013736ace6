import Foundation
import MailTemplates
import Storage
import Testing

@testable import Deliveries

@Suite struct NoticeTests {
    @Test func `the first download is told at once, the rest in one mail, all in one thread`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(
            files: [("a", [1]), ("b", [2])],
            form: DraftForm(recipients: "a@x.example, b@x.example, c@x.example", subject: "Akte"))
        func notices() async throws -> [OutgoingMail] {
            try await house.mails().filter { $0.entry.kind == .downloaded }.map(\.mail)
        }
        try await house.fetchAll(delivery, by: 0)
        #expect(try await notices().count == 1)
        house.pass(60)
        try await house.fetchAll(delivery, by: 1)
        house.pass(60)
        try await house.fetchAll(delivery, by: 2)
        _ = try await NoticeJob(house.parts).run(now: house.now)
        #expect(try await notices().count == 1)
        house.pass(30 * 60)
        _ = try await NoticeJob(house.parts).run(now: house.now)
        _ = try await NoticeJob(house.parts).run(now: house.now)
        let mails = try await notices()
        #expect(mails.count == 2)
        #expect(mails[0].plainText.contains("a@x.example") && !mails[0].plainText.contains("b@x.example"))
        #expect(mails[1].plainText.contains("b@x.example") && mails[1].plainText.contains("c@x.example"))
        #expect(!mails[1].plainText.contains("a@x.example"))
        #expect(mails.allSatisfy { $0.references == [delivery.threadMessageID] })
    }

    @Test func `who wants no notices gets none`() async throws {
        let house = try await DeliveryHouse()
        let quiet = try await house.sent(
            form: DraftForm(recipients: "a@x.example", subject: "S", notifiesSender: false))
        try await house.fetchAll(quiet)
        let off = try await DeliveryHouse(settings: ["notify.downloaded": "false"])
        try await off.fetchAll(try await off.sent())
        #expect(try await house.mails().allSatisfy { $0.entry.kind == .delivery })
        #expect(try await off.mails().allSatisfy { $0.entry.kind == .delivery })
    }

    @Test func `a mail that fails is told with its reason, in the same commit`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let (now, outcome) = (house.now, house.outcome)
        let failed = try await house.database.write { transaction in
            let recipient = try transaction.deliveries.recipients(of: delivery.id)[0]
            var entry = try #require(try transaction.outbox.newestEntry(of: recipient.id, kind: .delivery))
            entry.state = .failed
            entry.attempts = 1
            entry.failureClass = "no-such-user"
            entry.lastAnswer = "550 5.1.1 User unknown"
            entry.finishedAt = now
            try transaction.outbox.update(entry)
            return try outcome.record(.failed, of: entry, in: transaction, at: now)
        }
        #expect(failed)
        let mail = try #require(try await house.mails().last)
        #expect(mail.entry.kind == .undeliverable && mail.entry.to == house.sender.email)
        #expect(mail.mail.plainText.contains("550 5.1.1 User unknown"))
        let detail = try await house.overview.detail(of: delivery.id, for: house.sender.id)
        #expect(
            detail.recipients[0].sending
                == .failed(failureClass: "no-such-user", answer: "550 5.1.1 User unknown"))
        #expect(detail.recipients[1].sending == .queued(attempts: 0, answer: "", next: DeliveryHouse.start))
        #expect(detail.events.last?.kind == .failed)
        // A notice that fails tells nobody.
        let notice = mail.entry
        #expect(try await house.database.write { try outcome.record(.failed, of: notice, in: $0, at: now) } == false)
    }

    @Test func `a long delay is told once`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let outcome = house.outcome
        var told: [Bool] = []
        for attempt in 1...5 {
            let now = house.now
            told.append(
                try await house.database.write { transaction in
                    let recipient = try transaction.deliveries.recipients(of: delivery.id)[0]
                    var entry = try #require(try transaction.outbox.newestEntry(of: recipient.id, kind: .delivery))
                    entry.attempts = attempt
                    entry.lastAnswer = "451 later"
                    try transaction.outbox.update(entry)
                    return try outcome.record(.delayed, of: entry, in: transaction, at: now)
                })
            house.pass(3 * 3600)
        }
        #expect(told == [false, false, true, false, false])
        #expect(try await house.mails().filter { $0.entry.kind == .delayed }.count == 1)
        #expect(try await house.events(of: delivery) == [.sent, .delayed])
    }
}
