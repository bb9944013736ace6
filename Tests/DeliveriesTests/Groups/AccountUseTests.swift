import Foundation
import Localization
import MailMessage
import MailTemplates
import NIOCore
import Storage
import Testing

@testable import Deliveries

/// Quota and daily limits.
@Suite struct AccountUseTests {
    @Test func `files count from their announcement until they are removed`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["quota": "10"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        _ = try await house.uploads.addFile(
            to: draft.id, by: house.sender.id, name: "a.pdf", mediaType: "a/b", size: 7)
        let full = DeliveriesError(
            .tooLarge, fields: [FieldError("files", "quota-full", ["most": "10", "left": "3"])])
        await #expect(throws: full) {
            _ = try await house.uploads.addFile(
                to: draft.id, by: house.sender.id, name: "b.pdf", mediaType: "a/b", size: 4)
        }
        let other = try await house.upload([1, 2, 3], as: "c.pdf", to: draft.id)
        let none = DeliveriesError(
            .tooLarge, fields: [FieldError("files", "quota-full", ["most": "10", "left": "0"])])
        await #expect(throws: none) {
            _ = try await house.uploads.begin(
                "d.pdf", mediaType: "a/b", for: nil, by: house.sender.id, beside: [])
        }
        #expect(try await house.drafts.use(of: house.sender.id).octets == 10)
        try await house.uploads.removeFile(other.id, by: house.sender.id)
        #expect(try await house.drafts.use(of: house.sender.id).octets == 7)
        try await house.drafts.discard(draft.id, by: house.sender.id)
        #expect(try await house.drafts.use(of: house.sender.id).octets == 0)
    }

    @Test func `what was withdrawn and removed leaves room again`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["quota": "6"])
        let sent = try await house.sent(files: [("a.pdf", [1, 2, 3, 4, 5, 6])])
        await #expect(throws: DeliveriesError.self) { _ = try await house.draft(files: [("b.pdf", [1])]) }
        try await house.actions.withdraw(sent.id, by: house.sender.id)
        _ = try await RemovalJob(house.parts).run(now: house.now)
        _ = try await house.draft(files: [("b.pdf", [1, 2])])
    }

    @Test func `files of a form are held against the quota together`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["quota": "4"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        var staged: [StagedFile] = []
        for name in ["a.pdf", "b.pdf"] {
            var file = try await house.uploads.begin(
                name, mediaType: "a/b", for: draft.id, by: house.sender.id, beside: staged)
            try await file.write(.init(bytes: [1, 2, 3]))
            staged.append(try await file.finish())
        }
        let files = staged
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.uploads.keep(files, in: draft.id, by: house.sender.id)
        }
        #expect(error?.fields.map(\.reason) == ["quota-full"])
        #expect(try await house.drafts.use(of: house.sender.id).octets == 0)
    }

    @Test func `nine tenths are told once, to the owner of the account`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["quota": "10"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        try await house.upload([1, 2, 3, 4, 5, 6, 7, 8], as: "a.pdf", to: draft.id)
        #expect(try await house.mails().isEmpty)
        for name in ["b.pdf", "c.pdf"] { try await house.upload([1], as: name, to: draft.id) }
        let mails = try await house.mails()
        #expect(mails.map(\.entry.kind) == [.quotaLow] && mails.first?.entry.to.displayForm == "anna@kunde.example")
        #expect(house.wakeUpCount == 1)
    }

    @Test func `whom the administration does not tell is not told`() async throws {
        let house = try await DeliveryHouse(settings: ["notify.quota-low": "false"])
        try await house.rules(["quota": "10"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        try await house.upload([1, 2, 3, 4, 5, 6, 7, 8, 9], as: "a.pdf", to: draft.id)
        #expect(try await house.mails().isEmpty)
    }

    @Test func `daily limits count a day back, and the draft stays`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["deliveries-per-day": "2", "recipients-per-day": "3"])
        _ = try await house.sent()
        let second = try await house.draft()
        let recipients = FieldError("recipients", "daily-recipients", ["most": "3", "left": "1"])
        await #expect(throws: DeliveriesError(.invalid, fields: [recipients])) {
            try await house.sending.send(second.id, by: house.sender.id)
        }
        try await house.sending.send(
            second.id, by: house.sender.id, form: DraftForm(recipients: "nur@eine.example"))
        let third = try await house.draft(form: DraftForm(recipients: "a@b.example", subject: "S"))
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(third.id, by: house.sender.id)
        }
        #expect(error?.fields.map(\.reason) == ["daily-deliveries", "daily-recipients"])
        house.pass(86_400)
        #expect(try await house.sending.send(third.id, by: house.sender.id).state == .sent)
    }

    @Test func `add-ins count the recipients that come`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["recipients-per-day": "2"])
        let dispatch = AddInDispatch(house.parts)
        let (draft, _) = try await house.inserted()
        for list in ["a@x.example", "a@x.example, b@x.example"] {
            try await dispatch.register(draft.id, by: house.sender.id, recipients: list, subject: nil)
        }
        let error = await #expect(throws: DeliveriesError.self) {
            try await dispatch.register(
                draft.id, by: house.sender.id, recipients: "b@x.example, c@x.example", subject: nil)
        }
        #expect(error?.fields.map(\.reason) == ["daily-recipients"])
    }

    @Test func `without add-ins nothing of theirs goes on`() async throws {
        let house = try await DeliveryHouse()
        let (draft, _) = try await house.inserted()
        try await house.rules(["add-ins": "false"])
        let dispatch = AddInDispatch(house.parts)
        for attempt in [
            { _ = try await house.drafts.create(by: house.sender.id, language: .german, path: .addIn) },
            {
                _ = try await dispatch.insert(
                    draft.id, by: house.sender.id, recipients: nil, subject: nil, reportsSending: true)
            },
            {
                _ = try await dispatch.register(
                    draft.id, by: house.sender.id, recipients: "a@x.example", subject: nil)
            },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: DeliveriesError.self) { try await attempt() }
            #expect(error?.code == .forbidden)
        }
    }
}
