import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct AddInDispatchTests {
    @Test func `a draft becomes a delivery when its mail leaves, and sends none of its own`() async throws {
        let house = try await DeliveryHouse()
        let dispatch = AddInDispatch(house.parts)
        let (draft, link) = try await house.inserted()
        #expect(draft.state == .draft && draft.insertedAt == house.now && draft.path == .addIn)
        house.pass(7 * 86_400)
        let sent = try await dispatch.register(
            draft.id, by: house.sender.id, recipients: "Bernd <bernd@praxis.example>\nclara@amt.example",
            subject: "Ihr Befund")
        #expect(sent.state == .sent && sent.sentAt == house.now && sent.subject == "Ihr Befund")
        #expect(sent.expiresAt == house.now.addingTimeInterval(14 * 86_400))
        #expect(
            try await house.recipients(of: sent).map(\.email.displayForm) == [
                "bernd@praxis.example", "clara@amt.example",
            ])
        #expect(try await house.mails().isEmpty)
        #expect(try await house.events(of: sent) == [.sent])
        let page = try await house.fetching.open(link)
        #expect(page.isUnlocked && page.recipient == nil && page.files.count == 1)
        let again = try await dispatch.insert(
            draft.id, by: house.sender.id, recipients: nil, subject: nil, reportsSending: true)
        #expect(again.link.lastPathComponent == link)
    }

    @Test func `a mail used as a template adds recipients, and a second report changes nothing`() async throws {
        let house = try await DeliveryHouse()
        let dispatch = AddInDispatch(house.parts)
        let (draft, _) = try await house.inserted()
        for recipients in ["a@x.example", "A@X.example, b@x.example", "b@x.example"] {
            try await dispatch.register(draft.id, by: house.sender.id, recipients: recipients, subject: nil)
        }
        let recipients = try await house.recipients(of: draft)
        #expect(recipients.map(\.email.displayForm) == ["a@x.example", "b@x.example"])
        #expect(recipients.map(\.position) == [0, 1])
        #expect(try await house.events(of: draft) == [.sent, .recipientAdded])
        try await house.actions.withdraw(draft.id, by: house.sender.id)
        let refused = await code {
            try await dispatch.register(draft.id, by: house.sender.id, recipients: "c@x.example", subject: nil)
        }
        #expect(refused == .withdrawn)
    }

    @Test func `an add-in that cannot report makes it sent at once, with whom it knows`() async throws {
        let house = try await DeliveryHouse()
        let (draft, _) = try await house.inserted(recipients: "a@x.example", reportsSending: false)
        #expect(draft.state == .sent && draft.sentAt == house.now)
        #expect(try await house.recipients(of: draft).count == 1)
    }

    @Test func `what is missing holds the mail back, and the draft stays`() async throws {
        let house = try await DeliveryHouse()
        let dispatch = AddInDispatch(house.parts)
        let draft = try await house.addInDraft(files: [])
        let empty = await code {
            try await dispatch.insert(
                draft.id, by: house.sender.id, recipients: nil, subject: nil, reportsSending: true)
        }
        #expect(empty == .invalid)
        let file = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "a.bin", mediaType: "application/octet-stream", size: 5)
        let early = await code {
            try await dispatch.insert(
                draft.id, by: house.sender.id, recipients: nil, subject: nil, reportsSending: false)
        }
        #expect(early == .incomplete)
        let insertion = try await dispatch.insert(
            draft.id, by: house.sender.id, recipients: "a@x.example", subject: "S", reportsSending: true)
        let link = insertion.link.lastPathComponent
        let held = await code {
            try await dispatch.register(draft.id, by: house.sender.id, recipients: "a@x.example", subject: nil)
        }
        #expect(held == .incomplete)
        // The mail left all the same: its readers are told, and nothing is counted.
        #expect(try await house.fetching.open(link).state == .unfinished)
        #expect(await code { try await house.fetching.act(link, cookie: nil) } == .incomplete)
        #expect(try await house.stored(draft)?.state == .draft)
        try await house.put(0, of: file, Array("hallo".utf8))
        #expect(try await house.fetching.open(link).state == .open)
        try await dispatch.register(draft.id, by: house.sender.id, recipients: "a@x.example", subject: nil)
        #expect(try await house.stored(draft)?.state == .sent)
    }

    @Test func `who follows the link of an unreported mail shows that it was sent`() async throws {
        let house = try await DeliveryHouse()
        let (draft, link) = try await house.inserted(recipients: "a@x.example")
        _ = try await house.fetching.open(link)
        #expect(try await house.stored(draft)?.state == .draft)
        house.pass(3_600)
        _ = try await house.fetching.act(link, cookie: nil)
        let sent = try #require(try await house.stored(draft))
        #expect(sent.state == .sent && sent.sentAt == house.now)
        #expect(try await house.recipients(of: draft).map(\.email.displayForm) == ["a@x.example"])
        #expect(try await house.events(of: draft) == [.sent, .opened])
    }

    @Test func `addresses that are none are named, and level 2 needs a reader`() async throws {
        let house = try await DeliveryHouse()
        let dispatch = AddInDispatch(house.parts)
        let (first, _) = try await house.inserted()
        try await dispatch.register(first.id, by: house.sender.id, recipients: "", subject: nil)
        #expect(try await house.stored(first)?.state == .sent)
        let (second, _) = try await house.inserted(level: 2)
        for recipients in ["", "a@x.example, nirgends"] {
            let refused = await code {
                try await dispatch.register(second.id, by: house.sender.id, recipients: recipients, subject: nil)
            }
            #expect(refused == .invalid)
        }
    }

    @Test func `only its sender and only an add-in may use it so`() async throws {
        let house = try await DeliveryHouse(settings: ["addins.enabled": "true"])
        let dispatch = AddInDispatch(house.parts)
        let page = try await house.draft()
        let other: AccountID = Identifier(now: house.now, random: SeededRandomSource(seed: 3))
        let (draft, link) = try await house.inserted()
        #expect(
            await code {
                try await dispatch.insert(
                    page.id, by: house.sender.id, recipients: nil, subject: nil, reportsSending: true)
            } == .conflict)
        #expect(
            await code { try await dispatch.register(draft.id, by: other, recipients: "", subject: nil) } == .notFound)
        #expect(await code { try await house.sending.send(draft.id, by: house.sender.id) } == .conflict)
        let links = AddInLinks(house.parts)
        let address = "https://alt.example/l/\(link)?file=1"
        let found = try await links.find([address, "https://x.example/", "nichts"], of: house.sender.id)
        #expect(found.map(\.link) == [address] && found.first?.delivery.id == draft.id)
        #expect(found.first?.isComplete == true)
        #expect(try await links.find([address], of: other).isEmpty)
    }

    @Test func `switched off, nothing begins`() async throws {
        let house = try await DeliveryHouse(settings: ["addins.enabled": "false"])
        #expect(
            await code { try await house.drafts.create(by: house.sender.id, language: .german, path: .addIn) }
                == .forbidden)
    }

    @Test func `a reminder carries the shared link, unless somebody fetched by it`() async throws {
        let house = try await DeliveryHouse()
        let (draft, link) = try await house.inserted(recipients: "a@x.example", reportsSending: false)
        house.pass(12 * 86_400)
        _ = try await ReminderJob(house.parts).run(now: house.now)
        let mail = try #require(try await house.mails().first)
        #expect(mail.entry.kind == .reminder && mail.mail.plainText.contains("/l/\(link)"))
        let (other, otherLink) = try await house.inserted(recipients: "a@x.example", reportsSending: false)
        try await house.take(try await house.fetching.grant(otherLink, cookie: nil, file: nil))
        house.pass(12 * 86_400)
        let count = try await house.mails().filter { $0.entry.kind == .reminder }.count
        _ = try await ReminderJob(house.parts).run(now: house.now)
        #expect(try await house.mails().filter { $0.entry.kind == .reminder }.count == count)
        for delivery in [draft, other] { #expect(try await house.stored(delivery)?.remindedAt != nil) }
    }

    @Test func `an unsent mail keeps its files for as long as the setting says`() async throws {
        let house = try await DeliveryHouse(settings: ["addins.inserted-days": "10"])
        let (draft, link) = try await house.inserted()
        let plain = try await house.addInDraft()
        house.pass(8 * 86_400)
        _ = try await AbandonedDraftJob(house.parts).run(now: house.now)
        #expect(try await house.stored(draft) != nil)
        #expect(try await house.stored(plain) == nil)
        // Somebody looked at it; the trace goes with it.
        let visit = PageVisit(origin: RequestOrigin(clientAddress: "192.0.2.1"))
        _ = try await house.fetching.open(link, visit: visit)
        try await house.traces.flush()
        house.pass(3 * 86_400)
        _ = try await AbandonedDraftJob(house.parts).run(now: house.now)
        #expect(try await house.stored(draft) == nil)
        #expect(await code { try await house.fetching.open(link) } == .notFound)
    }

    @Test func `the sender forwards the mail to a corrected address`() async throws {
        let house = try await DeliveryHouse()
        let (draft, link) = try await house.inserted(recipients: "falsch@x.example", level: 2, reportsSending: false)
        let recipient = try await house.recipients(of: draft)[0]
        try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: "richtig@x.example")
        #expect(try await house.mails().isEmpty)
        _ = try await house.fetching.askCode(link, cookie: nil, address: "richtig@x.example")
        #expect(try await house.mails().map { $0.entry.to.displayForm } == ["richtig@x.example"])
        #expect(await code { try await house.actions.resend(recipient.id, by: house.sender.id) } == .conflict)
    }
}

/// Level 2 at a link for all readers.
@Suite struct SharedLinkTests {
    @Test func `a registered reader proves the address and is known from then on`() async throws {
        let house = try await DeliveryHouse()
        let (draft, link) = try await house.inserted(
            recipients: "Bernd <bernd@praxis.example>; liste@amt.example", level: 2, reportsSending: false)
        #expect(try await house.fetching.open(link).needsCode)
        let asked = try await house.fetching.askCode(link, cookie: nil, address: " BERND@praxis.example ")
        let cookie = asked.known.cookie
        let digits = try await house.mailedCode()
        _ = try await house.fetching.giveCode(link, cookie: cookie, typed: digits)
        let page = try await house.fetching.open(link, cookie: cookie)
        #expect(page.isUnlocked && page.recipient?.email.displayForm == "bernd@praxis.example")
        try await house.take(try await house.fetching.grant(link, cookie: cookie, file: nil))
        let detail = try await house.overview.detail(of: draft.id, for: house.sender.id)
        #expect(detail.recipients[0].fetchedFiles.count == 1 && detail.recipients[0].openedAt != nil)
        #expect(detail.recipients[1].fetchedFiles.isEmpty && detail.fetchedByOthers.isEmpty)
    }

    @Test func `nobody learns who the recipients are`() async throws {
        let house = try await DeliveryHouse()
        let (_, link) = try await house.inserted(recipients: "a@x.example", level: 2, reportsSending: false)
        let fetching = house.fetching
        var answers: [[DeliveriesError.Code?]] = []
        for address in ["a@x.example", "fremd@y.example"] {
            let asked = try await fetching.askCode(link, cookie: nil, address: address)
            #expect(asked.validUntil == house.now.addingTimeInterval(1_800))
            let cookie = asked.known.cookie
            var seen: [DeliveriesError.Code?] = []
            let right = try await house.mailedCode()
            let wrong = right == "000000" ? "111111" : "000000"
            for _ in 0..<(Fetching.codeTries + 1) {
                seen.append(await code { try await fetching.giveCode(link, cookie: cookie, typed: wrong) })
            }
            for _ in 1..<Fetching.codesPerDay {
                seen.append(await code { try await fetching.askCode(link, cookie: nil, address: address) })
            }
            seen.append(await code { try await fetching.askCode(link, cookie: nil, address: address) })
            answers.append(seen)
        }
        #expect(answers[0] == answers[1])
        #expect(answers[0].last == .codeLimit && answers[0].contains(.codeSpent))
        #expect(try await house.mails().allSatisfy { $0.entry.to.displayForm == "a@x.example" })
        #expect(await code { try await fetching.askCode(link, cookie: nil, address: "keine") } == .invalid)
    }
}

extension DeliveryHouse {
    /// A draft that an add-in began.
    func addInDraft(
        files: [(name: String, content: [UInt8])] = [("Befund.pdf", Array("Inhalt".utf8))], level: Int = 1
    ) async throws -> Delivery {
        let draft = try await drafts.create(by: sender.id, language: .german, path: .addIn)
        for file in files { _ = try await upload(file.content, as: file.name, to: draft.id) }
        return try await drafts.update(draft.id, by: sender.id, DraftForm(level: level))
    }

    /// A delivery whose block stands in a mail, as it is stored, and its link's last part.
    func inserted(
        recipients: String? = nil, level: Int = 1, reportsSending: Bool = true
    ) async throws -> (delivery: Delivery, link: String) {
        let draft = try await addInDraft(level: level)
        let insertion = try await AddInDispatch(parts).insert(
            draft.id, by: sender.id, recipients: recipients, subject: "Betreff", reportsSending: reportsSending)
        return (try await stored(draft) ?? draft, insertion.link.lastPathComponent)
    }
}
