import Foundation
import Localization
import MailMessage
import Storage
import Testing

@testable import Deliveries

/// What groups set is enforced in the use cases, whichever door the sender comes through.
@Suite struct PolicyEnforcementTests {
    @Test func `a draft begins with the highest level that is allowed, unless the settings fix one`() async throws {
        for (settings, level) in [
            ([:], Delivery.SecurityLevel.identityProven), (["deliveries.levels": "1"], .secureLink),
        ] {
            let house = try await DeliveryHouse(
                settings: settings.merging(["deliveries.level": "highest"]) { $1 })
            #expect(try await house.drafts.create(by: house.sender.id, language: .german).level == level)
        }
        let fixed = try await DeliveryHouse(settings: ["deliveries.level": "1"])
        #expect(try await fixed.drafts.create(by: fixed.sender.id, language: .german).level == .secureLink)
    }

    @Test func `what the installation forbids is refused at announcement and when sent`() async throws {
        let house = try await DeliveryHouse(settings: [
            "deliveries.levels": "1", "deliveries.forbidden-file-types": "exe",
            "deliveries.allowed-recipient-domains": "gut.example",
        ])
        let draft = try await house.draft(
            form: DraftForm(recipients: "a@gut.example, b@weg.example", subject: "S", message: "M", level: 2))
        let type = DeliveriesError(.invalid, fields: [FieldError("name", "file-type-not-allowed", ["type": ".exe"])])
        await #expect(throws: type) { _ = try await house.upload([1], as: "a.exe", to: draft.id) }
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(error?.fields.map(\.field) == ["recipients[1]", "level"])
        try await house.rules(["levels": "1, 2", "allowed-recipient-domains": "*", "forbidden-file-types": "-"])
        _ = try await house.upload([1], as: "a.exe", to: draft.id)
        #expect(try await house.sending.send(draft.id, by: house.sender.id).state == .sent)
    }

    @Test func `an address of a domain that the group does not name may not send, and is told what to do`() async throws
    {
        let house = try await DeliveryHouse()
        let draft = try await house.draft(form: DraftForm(recipients: "a@b.example", subject: "S", message: "M"))
        try await house.rules(["sender-domains": "praxis.example, klinik.example"])
        let problem = FieldError(
            "sender", "sender-domain-not-allowed",
            ["domain": "kunde.example", "domains": "klinik.example, praxis.example"])
        await #expect(throws: DeliveriesError(.invalid, fields: [problem])) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(try await house.drafts.limits(of: house.sender.id).senderProblem(house.sender.email) == problem)
    }

    @Test func `a delivery's own password is as long as the group demands`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["delivery-password-length": "12"])
        let draft = try await house.draft(form: DraftForm(recipients: "a@b.example", subject: "S", message: "M"))
        let short = DeliveriesError(.invalid, fields: [FieldError("password", "too-short", ["least": "12"])])
        await #expect(throws: short) {
            try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(password: "elf Zeichen"))
        }
        let kept = try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(password: "zwölf Zeichen"))
        #expect(kept.passwordHash != nil)
    }

    @Test func `a draft begins with what the group proposes`() async throws {
        let house = try await DeliveryHouse(settings: ["deliveries.level": "highest"])
        try await house.rules(["levels": "1, 2", "longest-lifetime-days": "30", "lifetime-days": "21"])
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        #expect(draft.level == .identityProven && draft.lifetimeDays == 21)
    }

    @Test func `levels, lifetime, recipients and domains are judged when sent, each at its field`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft(
            form: DraftForm(
                recipients: "a@gut.example, b@schlecht.example, c@sub.gut.example", subject: "S", message: "M",
                level: 1,
                lifetimeDays: 31))
        try await house.rules([
            "levels": "2", "longest-lifetime-days": "30", "most-recipients": "2",
            "allowed-recipient-domains": "gut.example",
        ])
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(error?.code == .invalid)
        #expect(
            error?.fields == [
                FieldError("recipients", "too-many", ["most": "2"]),
                FieldError(
                    "recipients[1]", "domain-not-allowed", ["text": "b@schlecht.example", "domain": "schlecht.example"]),
                FieldError("level", "level-not-allowed"),
                FieldError("lifetimeDays", "out-of-range", ["least": "1", "most": "30"]),
            ])
        try await house.drafts.update(
            draft.id, by: house.sender.id,
            DraftForm(recipients: "a@gut.example, c@sub.gut.example", level: 2, lifetimeDays: 30))
        #expect(try await house.sending.send(draft.id, by: house.sender.id).state == .sent)
    }

    @Test func `files are refused before they are uploaded, and again when sent`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.draft(files: [("Befund.exe", Array("Inhalt".utf8))])
        try await house.rules(["forbidden-file-types": "exe", "largest-file": "4", "largest-delivery": "5"])
        let type = DeliveriesError(.invalid, fields: [FieldError("name", "file-type-not-allowed", ["type": ".EXE"])])
        await #expect(throws: type) { _ = try await house.upload([1], as: "x/setup.EXE", to: draft.id) }
        await #expect(throws: type) {
            _ = try await house.uploads.begin(
                "setup.EXE. ", mediaType: "a/b", for: nil, by: house.sender.id, beside: [])
        }
        let large = DeliveriesError(.tooLarge, fields: [FieldError("size", "too-large", ["most": "4"])])
        await #expect(throws: large) { _ = try await house.upload([1, 2, 3, 4, 5], as: "a.pdf", to: draft.id) }
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.sending.send(draft.id, by: house.sender.id)
        }
        #expect(
            error?.fields == [
                FieldError("files", "together-too-large", ["most": "5"]),
                FieldError("files[0]", "too-large", ["most": "4"]),
                FieldError("files[0]", "file-type-not-allowed", ["type": ".exe"]),
            ])
    }

    @Test func `a file in a form is judged again when it is kept`() async throws {
        let house = try await DeliveryHouse()
        let draft = try await house.drafts.create(by: house.sender.id, language: .german)
        var file = try await house.uploads.begin(
            "a.zip", mediaType: "a/b", for: draft.id, by: house.sender.id, beside: [])
        let staged = try await file.finish()
        try await house.rules(["allowed-file-types": "pdf"])
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.uploads.keep([staged], in: draft.id, by: house.sender.id)
        }
        #expect(error?.fields.map(\.reason) == ["file-type-not-allowed"])
    }

    @Test func `renewal and grace period keep to the group`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["longest-lifetime-days": "10", "lifetime-days": "5", "grace-days": "3"])
        let sent = try await house.sent()
        let end = try #require(sent.expiresAt)
        #expect(sent.removeFilesAt == end.addingTimeInterval(3 * 86_400))
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.actions.extend(sent.id, by: house.sender.id, days: 11)
        }
        #expect(error?.fields == [FieldError("days", "out-of-range", ["least": "1", "most": "10"])])
        let extended = try await house.actions.extend(sent.id, by: house.sender.id, days: 5)
        #expect(extended.expiresAt == end.addingTimeInterval(5 * 86_400))
    }

    @Test func `a corrected address may not lead to a forbidden domain`() async throws {
        let house = try await DeliveryHouse()
        let sent = try await house.sent()
        try await house.rules(["forbidden-recipient-domains": "weg.example"])
        let recipient = try await house.recipients(of: sent)[0]
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: "b@mail.weg.example")
        }
        #expect(error?.fields == [FieldError("address", "domain-not-allowed", ["domain": "mail.weg.example"])])
        #expect(try await house.recipients(of: sent)[0].email == recipient.email)
    }

    @Test func `add-ins are held to the same rules`() async throws {
        let house = try await DeliveryHouse()
        try await house.rules(["levels": "2", "forbidden-recipient-domains": "weg.example", "most-recipients": "1"])
        let dispatch = AddInDispatch(house.parts)
        let draft = try await house.drafts.create(by: house.sender.id, language: .german, path: .addIn)
        #expect(draft.level == .identityProven)
        try await house.upload([1], as: "a.pdf", to: draft.id)
        try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(level: 1))
        let level = await #expect(throws: DeliveriesError.self) {
            _ = try await dispatch.insert(
                draft.id, by: house.sender.id, recipients: "a@weg.example", subject: nil, reportsSending: true)
        }
        #expect(level?.fields.map(\.reason) == ["level-not-allowed", "domain-not-allowed"])
        try await house.drafts.update(draft.id, by: house.sender.id, DraftForm(level: 2))
        _ = try await dispatch.insert(
            draft.id, by: house.sender.id, recipients: nil, subject: nil, reportsSending: true)
        let error = await #expect(throws: DeliveriesError.self) {
            try await dispatch.register(
                draft.id, by: house.sender.id, recipients: "a@weg.example, b@gut.example", subject: nil)
        }
        #expect(error?.fields.map(\.reason) == ["too-many", "domain-not-allowed"])
    }

    @Test func `rules end when the account leaves the group`() async throws {
        let house = try await DeliveryHouse()
        let group = try await house.rules(["most-recipients": "1"])
        let draft = try await house.draft()
        await #expect(throws: DeliveriesError.self) { try await house.sending.send(draft.id, by: house.sender.id) }
        let sender = house.sender.id
        try await house.database.write { _ = try $0.groups.remove(sender, from: group) }
        #expect(try await house.sending.send(draft.id, by: house.sender.id).state == .sent)
    }
}

extension DeliveryHouse {
    /// Puts the sender into a group with these rules.
    @discardableResult
    func rules(_ rules: [String: String]) async throws -> GroupID {
        let group = AccountGroup(
            id: parts.newID(now), name: "Regeln", policy: try GroupPolicy(rules), createdAt: now, updatedAt: now)
        let sender = sender.id
        try await database.write { transaction in
            try transaction.groups.insert(group)
            _ = try transaction.groups.add(sender, to: group.id)
        }
        return group.id
    }
}
