import Foundation
import Localization
import MailMessage
import MailTemplates
import SenderDomains
import Storage
import Testing

@testable import Deliveries

@Suite struct SendingTests {
    @Test func `sending makes recipients, links, mails and the event in one step`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        #expect(delivery.state == .sent && delivery.sentAt == DeliveryHouse.start && delivery.draftRecipients.isEmpty)
        #expect(delivery.expiresAt == DeliveryHouse.start.addingTimeInterval(14 * 86_400))
        #expect(delivery.removeFilesAt == DeliveryHouse.start.addingTimeInterval(28 * 86_400))
        let recipients = try await house.recipients(of: delivery)
        #expect(recipients.map(\.email.wireForm) == ["bernd@praxis.example", "clara@amt.example"])
        #expect(recipients.map(\.name) == ["Bernd Beispiel", ""])
        let mails = try await house.mails()
        #expect(mails.map(\.entry.to) == recipients.map(\.email))
        #expect(mails.allSatisfy { $0.entry.kind == .delivery && $0.entry.author == house.sender.id })
        #expect(mails.map(\.mail.subject) == ["Ihre Unterlagen", "Ihre Unterlagen"])
        for (mail, recipient) in zip(mails, recipients) {
            let link = try await house.linkText(of: recipient)
            #expect(mail.mail.plainText.contains("/l/\(link)") && mail.mail.html.contains("/l/\(link)"))
            #expect(mail.mail.plainText.contains("Befund.pdf"))
        }
        // Nobody learns of the others.
        #expect(!mails[0].mail.html.contains("clara") && !mails[1].mail.html.contains("bernd"))
        #expect(Set(mails.map(\.entry.messageID)).count == 2)
        #expect(try await house.events(of: delivery) == [.sent])
        #expect(house.wakeUpCount == 1)
    }

    @Test func `what is wrong is said beside each field at once, and kept`() async throws {
        let house = try await DeliveryHouse(settings: ["deliveries.longest-lifetime-days": "30"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let form = DraftForm(
            recipients: "gut@x.example; schlecht@; <>", subject: "a\r\nBcc: fremd@x.example",
            message: String(repeating: "m", count: 100_001), lifetimeDays: 31, password: "kurz")
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id, form: form)
        }
        #expect(
            error?.fields.map { "\($0.field) \($0.reason)" } == [
                "recipients[1] address-missing-domain", "recipients[2] address-empty", "subject line-break",
                "message too-long", "lifetimeDays out-of-range", "password too-short",
            ])
        #expect(try await house.stored(draft)?.draftRecipients == form.recipients)
        #expect(try await house.mails().isEmpty)
    }

    @Test func `an empty draft is not sent`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(error?.fields.map(\.reason) == ["required", "required", "nothing-to-send"])
    }

    @Test func `a subject that no header line holds is refused`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        let form = DraftForm(subject: String(repeating: "ß", count: 100_000))
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id, form: form)
        }
        #expect(error?.fields == [FieldError("subject", "too-long", ["most": "998"])])
    }

    @Test func `nothing half uploaded is sent`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        _ = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "b", mediaType: "", size: 10)
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(error?.code == .incomplete && error?.fields == [FieldError("files[1]", "incomplete")])
    }

    @Test func `a password is for level one only`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(
                draft.id, by: house.sender.id, form: DraftForm(level: 2, password: "geheim-genug"))
        }
        #expect(error?.fields == [FieldError("password", "level-one-only")])
    }

    @Test func `a second click sends nothing`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft()
        let codes = await withTaskGroup(of: DeliveriesError.Code?.self) { group in
            for _ in 0..<4 {
                group.addTask { await code { try await house.sending.send(draft.id, by: house.sender.id) } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1 && codes.filter { $0 == .conflict }.count == 3)
        #expect(try await house.mails().count == 2)
    }

    @Test func `a message alone is a delivery, and can stay out of the mail`() async throws {
        let house = try await DeliveryHouse()
        let form = DraftForm(
            recipients: "b@x.example", subject: "S", message: "Streng vertraulich", copiesSender: true,
            withholdsMessage: true)
        _ = try await house.sent(files: [], form: form)
        let mails = try await house.mails()
        #expect(mails.map(\.entry.kind) == [.delivery, .copy])
        #expect(!mails.contains { $0.mail.plainText.contains("vertraulich") || $0.mail.html.contains("vertraulich") })
        #expect(mails[1].entry.to == house.sender.email && mails[1].mail.plainText.contains("b@x.example"))
    }

    @Test func `level two names no files in the mail`() async throws {
        let house = try await DeliveryHouse()
        _ = try await house.sent(form: DraftForm(recipients: "b@x.example", subject: "S", level: 2))
        #expect(try await house.mails().allSatisfy { !$0.mail.html.contains("Befund") })
    }

    @Test func `ten thousand recipients go out at once, one more does not`() async throws {
        let house = try await DeliveryHouse()
        let list = (0..<10_001).map { "r\($0)@firma\($0 % 97).example" }
        let draft = try await house.draft(
            form: DraftForm(recipients: list.joined(separator: "\n"), subject: "Rundbrief"))
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(error?.fields == [FieldError("recipients", "too-many", ["most": "10000"])])
        let form = DraftForm(recipients: list.dropLast().joined(separator: "; "))
        let delivery = try await house.sending.send(draft.id, by: house.sender.id, form: form)
        let (recipients, mails) = try await house.database.read { transaction in
            (
                try transaction.deliveries.recipients(of: delivery.id).count,
                try transaction.outbox.newestEntries(of: delivery.id, kind: .delivery).count
            )
        }
        #expect(recipients == 10_000 && mails == 10_000)
    }

    @Test func `the sender sees who recipients will see`() async throws {
        let house = try await DeliveryHouse(settings: [
            "mail.system-sender": "depesche@server.example", "smtp.home-domains": "firma.example",
        ])
        let preview = try #require(try await house.sending.preview(for: house.sender.id))
        #expect(preview.reason == .foreignDomain && preview.from.address.wireForm == "depesche@server.example")
        #expect(preview.replyTo?.address == house.sender.email)
        let home = try await DeliveryHouse(settings: [
            "mail.system-sender": "depesche@server.example", "smtp.home-domains": "kunde.example",
        ])
        #expect(try await home.sending.preview(for: home.sender.id)?.from == home.sender.mailbox)
    }
}
