import Foundation
import Localization
import MailMessage
import MailTemplates
import Storage
import Testing

@testable import Deliveries

/// A group that sends and sees deliveries under one address.
@Suite struct MailboxTests {
    private static let origin = RequestOrigin(clientAddress: "198.51.100.7", userAgent: "Browser/1")

    /// The delivery house with a group of two, Anna and Clara; Dora is in no group.
    private struct House {
        let house: DeliveryHouse
        let accounts: AccountParts
        let groups: Groups
        let boss: Account
        let clara: Account
        let dora: Account
        let office: AccountGroup

        var anna: Account { house.sender }

        init(settings: [String: String] = ["smtp.home-domains": "kunde.example"]) async throws {
            house = try await DeliveryHouse(settings: settings)
            let parts = house.parts
            accounts = AccountParts(
                database: house.database, keys: parts.keys, hasher: parts.hasher, settings: parts.settings,
                notifications: SystemNotifications(parts.composer), random: parts.random, now: parts.now,
                mailQueued: parts.mailQueued, log: parts.log)
            let users = Users(accounts)
            func person(_ email: String, _ name: String, isAdministrator: Bool = false) async throws -> Account {
                try await users.addDirectly(
                    email: email, name: name, isAdministrator: isAdministrator, password: AccountHouse.password)
            }
            boss = try await person("chef@kunde.example", "Chefin", isAdministrator: true)
            clara = try await person("clara@kunde.example", "Clara Neu")
            dora = try await person("dora@kunde.example", "Dora Fern")
            groups = Groups(accounts)
            office = try await groups.create(
                name: "Buchhaltung", mailbox: MailboxForm(address: "Buchhaltung@kunde.example"), by: boss.id,
                origin: MailboxTests.origin)
            for member in [house.sender.id, clara.id] {
                try await groups.add(member, to: office.id, by: boss.id, origin: MailboxTests.origin)
            }
        }

        func sent() async throws -> Delivery {
            try await house.sent(
                form: DraftForm(
                    from: "buchhaltung@kunde.example", recipients: "Bernd <bernd@praxis.example>", subject: "Mahnung",
                    message: "Guten Tag", copiesSender: true))
        }

        func change(_ form: MailboxForm, of group: GroupID? = nil, by actor: Account? = nil) async throws {
            try await groups.update(
                group ?? office.id, mailbox: form, by: (actor ?? boss).id, origin: MailboxTests.origin)
        }

        func leaves(_ account: Account) async throws {
            try await groups.remove(account.id, from: office.id, by: boss.id, origin: MailboxTests.origin)
        }

        func actions() async throws -> [String] {
            try await AuditTrail(accounts).list(limit: 200).reversed().map(\.action)
        }
    }

    // MARK: Its address

    @Test func `an address is one, free, and not of a mailbox provider`() async throws {
        let house = try await House()
        let other = try await house.groups.create(name: "Vertrieb", by: nil, origin: Self.origin)
        for (address, reason) in [
            ("clara@kunde.example", "address-taken"), ("BUCHHALTUNG@kunde.example", "mailbox-taken"),
            ("team@gmail.com", "mailbox-provider"), ("keine Adresse", "address-missing-at"),
        ] {
            let error = await #expect(throws: DeliveriesError.self) {
                try await house.change(MailboxForm(address: address), of: other.id)
            }
            #expect(error?.fields.map(\.field) == ["mailbox"] && error?.fields.map(\.reason) == [reason], "\(address)")
            for language in Language.allCases {
                #expect(Localizer(language).has("error.field.\(reason)"))
            }
        }
        #expect(try await house.groups.group(other.id).mailbox == nil)
        // The other way round: no account gets the address of a mailbox.
        let error = await #expect(throws: DeliveriesError.self) {
            try await Users(house.accounts).addDirectly(
                email: "buchhaltung@kunde.example", name: "B", isAdministrator: false, password: AccountHouse.password)
        }
        #expect(error?.fields == [FieldError("email", "mailbox-taken", ["group": "Buchhaltung"])])
        // Its own address is no other's, and the name is what the group is called until somebody says otherwise.
        try await house.change(MailboxForm(address: "buchhaltung@kunde.example", name: "  Ihre \n Buchhaltung "))
        #expect(try await house.groups.group(house.office.id).mailbox?.name == "Ihre Buchhaltung")
        #expect(house.office.mailbox?.name == "Buchhaltung")
    }

    @Test func `only who manages groups may set it`() async throws {
        let house = try await House()
        await #expect(throws: DeliveriesError(.forbidden)) {
            try await house.change(MailboxForm(address: ""), by: house.anna)
        }
    }

    // MARK: Sending

    @Test func `mail leaves in its name, what became of it is told to it, and the maker is on record`() async throws {
        let house = try await House()
        let delivery = try await house.sent()
        #expect(delivery.mailbox == house.office.id && delivery.sender == house.anna.id)
        let mails = try await house.house.mails()
        let out = try #require(mails.first { $0.entry.kind == .delivery })
        #expect(out.mail.author?.name == "Buchhaltung")
        #expect(out.mail.author?.address.comparisonKey == "buchhaltung@kunde.example")
        #expect(out.entry.author == house.anna.id)
        #expect(out.mail.plainText.contains("Buchhaltung") && !out.mail.plainText.contains("Anna"))
        let copy = try #require(mails.first { $0.entry.kind == .copy })
        #expect(copy.entry.to.comparisonKey == "buchhaltung@kunde.example")
        // A bounce is told to the mailbox, also when its maker may no longer sign in.
        try await Users(house.accounts).setDisabled(
            house.anna.id, true, by: house.boss.id, origin: Self.origin)
        var failed = out.entry
        failed.state = .failed
        let entry = failed
        let (outcome, now) = (house.house.outcome, house.house.now)
        _ = try await house.house.database.write { try outcome.record(.failed, of: entry, in: $0, at: now) }
        let told = try #require(try await house.house.mails().last { $0.entry.kind == .undeliverable })
        #expect(told.entry.to.comparisonKey == "buchhaltung@kunde.example")
        let detail = try await house.house.overview.detail(of: delivery.id, for: house.clara.id)
        #expect(detail.mailbox?.name == "Buchhaltung" && detail.people[house.anna.id] == "Anna Muster")
    }

    @Test(arguments: ["dora@kunde.example", "chef@kunde.example", "vertrieb@kunde.example", "x", "-"])
    func `an address that is not theirs is refused at its field, and the rest is kept`(address: String) async throws {
        let house = try await House()
        let other = try await house.groups.create(
            name: "Vertrieb", mailbox: MailboxForm(address: "vertrieb@kunde.example"), by: nil, origin: Self.origin)
        try await house.groups.add(house.dora.id, to: other.id, by: nil, origin: Self.origin)
        let draft = try await house.house.draft()
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.house.sending.send(
                draft.id, by: house.anna.id, form: DraftForm(from: address, subject: "Neu"))
        }
        #expect(error?.fields == [FieldError("from", "not-your-mailbox")])
        let kept = try await house.house.stored(draft)
        #expect(kept?.subject == "Neu" && kept?.mailbox == nil && kept?.state == .draft)
    }

    @Test func `who left cannot send the draft that was meant for it`() async throws {
        let house = try await House()
        let draft = try await house.house.draft()
        try await house.house.drafts.update(draft.id, by: house.anna.id, DraftForm(from: "buchhaltung@kunde.example"))
        // A draft is its writer's alone.
        await #expect(throws: DeliveriesError(.notFound)) {
            try await house.house.overview.detail(of: draft.id, for: house.clara.id)
        }
        try await house.leaves(house.anna)
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.house.sending.send(draft.id, by: house.anna.id)
        }
        #expect(error?.fields == [FieldError("from", "not-your-mailbox")])
        // With their own address it goes.
        let sent = try await house.house.sending.send(draft.id, by: house.anna.id, form: DraftForm(from: ""))
        #expect(sent.mailbox == nil)
    }

    @Test func `the mail of an add-in is the sender's own`() async throws {
        let house = try await House()
        let draft = try await house.house.drafts.create(by: house.anna.id, language: .german, path: .addIn)
        let error = await #expect(throws: DeliveriesError.self) {
            try await house.house.drafts.update(
                draft.id, by: house.anna.id, DraftForm(from: "buchhaltung@kunde.example"))
        }
        #expect(error?.fields == [FieldError("from", "unsupported")])
    }

    // MARK: Seeing and acting

    @Test func `every member can do everything with it, and nobody else anything`() async throws {
        let house = try await House()
        let delivery = try await house.sent()
        try await house.house.handOver(delivery)
        let recipient = try await house.house.recipients(of: delivery)[0]
        let actions = house.house.actions
        let (anna, clara, dora) = (house.anna.id, house.clara.id, house.dora.id)
        #expect(try await house.house.overview.list(of: anna).count == 0)
        let list = try await house.house.overview.list(of: clara, mailbox: house.office.id)
        #expect(list.deliveries.map(\.delivery.id) == [delivery.id] && list.makers == [anna: "Anna Muster"])
        #expect(try await house.house.overview.list(of: dora, mailbox: house.office.id).count == 0)
        let deeds: [@Sendable (AccountID) async throws -> Void] = [
            { try await actions.remind(recipient.id, by: $0) },
            { try await actions.extend(delivery.id, by: $0, days: 1) },
            { try await actions.correctAddress(of: recipient.id, by: $0, to: "neu@praxis.example") },
            { try await actions.resend(recipient.id, by: $0) },
            { _ = try await Receipts(house.house.parts).envelope(of: delivery.id, for: $0) },
            { try await actions.withdraw(delivery.id, by: $0) },
        ]
        for deed in deeds {
            await #expect(throws: DeliveriesError(.notFound)) { try await deed(dora) }
            try await deed(clara)
        }
        let noted = try await AuditTrail(house.accounts).list(limit: 200)
        #expect(noted.first { $0.action == "delivery-sent" }?.actor == anna)
        #expect(noted.first { $0.action == "delivery-withdrawn" }?.actor == clara)
        // The last state decides, in words.
        await #expect(throws: DeliveriesError(.conflict)) { try await actions.withdraw(delivery.id, by: anna) }
        let detail = try await house.house.overview.detail(of: delivery.id, for: anna)
        let withdrawn = try #require(detail.events.last { $0.kind == .withdrawn })
        #expect(withdrawn.sender == clara && detail.people[clara] == "Clara Neu")
    }

    @Test func `leaving ends the right at once, also of the one who made it`() async throws {
        let house = try await House()
        let delivery = try await house.sent()
        try await house.leaves(house.anna)
        await #expect(throws: DeliveriesError(.notFound)) {
            try await house.house.actions.withdraw(delivery.id, by: house.anna.id)
        }
        #expect(try await house.house.overview.list(of: house.anna.id).count == 0)
        try await house.house.actions.withdraw(delivery.id, by: house.clara.id)
    }

    @Test func `what happens is told live to members, and to them only`() async throws {
        let house = try await House()
        let delivery = try await house.sent()
        try await house.house.database.read { transaction in
            for (reader, isTold) in [(house.anna, true), (house.clara, true), (house.dora, false)] {
                let told = try transaction.events.events(after: 0, sender: reader.id, limit: 9)
                #expect(told.contains { $0.delivery == delivery.id } == isTold, "\(reader.name)")
            }
        }
    }

    // MARK: Nothing becomes nobody's

    @Test func `deleting an account leaves what belongs to the mailbox where it is`() async throws {
        let house = try await House()
        let delivery = try await house.sent()
        let link = try await house.house.linkText(of: try await house.house.recipients(of: delivery)[0])
        let deletion = AccountDeletion(accounts: house.accounts, deliveries: house.house.parts)
        #expect(try await !deletion.plan(for: house.anna.id, by: house.boss.id).asksForChoice)
        let done = try await deletion.delete(house.anna.id, deliveries: nil, by: house.boss.id, origin: Self.origin)
        #expect(done.withdrawn == 0 && done.handedOver == 0)
        #expect(try await house.house.fetching.open(link).state == .open)
        let detail = try await house.house.overview.detail(of: delivery.id, for: house.clara.id)
        #expect(detail.delivery.state == .sent && detail.people[house.anna.id] == "Anna Muster")
        try await house.house.actions.extend(delivery.id, by: house.clara.id, days: 1)
    }

    @Test func `a mailbox with deliveries goes only if another one takes them over`() async throws {
        let house = try await House()
        let delivery = try await house.sent()
        let other = try await house.groups.create(
            name: "Vertrieb", mailbox: MailboxForm(address: "vertrieb@kunde.example"), by: nil, origin: Self.origin)
        try await house.groups.add(house.dora.id, to: other.id, by: nil, origin: Self.origin)
        for (successor, reason) in [
            ("", "mailbox-in-use"), ("x@kunde.example", "no-such-mailbox"),
            ("buchhaltung@kunde.example", "no-such-mailbox"), ("clara@kunde.example", "no-such-mailbox"),
        ] {
            let taken = await #expect(throws: DeliveriesError.self) {
                try await house.change(MailboxForm(address: " ", handOverTo: successor))
            }
            let removed = await #expect(throws: DeliveriesError.self) {
                try await house.groups.remove(
                    house.office.id, handOverTo: successor, by: house.boss.id, origin: Self.origin)
            }
            for error in [taken, removed] {
                #expect(error?.fields.map(\.field) == ["handOverTo"] && error?.fields.map(\.reason) == [reason])
            }
        }
        #expect(try await house.groups.group(house.office.id).mailbox != nil)
        try await house.groups.remove(
            house.office.id, handOverTo: "vertrieb@kunde.example", by: house.boss.id, origin: Self.origin)
        await #expect(throws: DeliveriesError(.notFound)) {
            try await house.house.overview.detail(of: delivery.id, for: house.clara.id)
        }
        #expect(
            try await house.house.overview.detail(of: delivery.id, for: house.dora.id).mailbox?.name == "Vertrieb")
        let actions = try await house.actions().filter { $0.hasPrefix("group-mailbox") }
        #expect(actions == ["group-mailbox-changed", "group-mailbox-changed", "group-mailbox-handed-over"])
    }

    @Test func `an empty mailbox can go, and its address is free again`() async throws {
        let house = try await House()
        try await house.change(MailboxForm(address: ""))
        #expect(try await house.groups.group(house.office.id).mailbox == nil)
        try await Users(house.accounts).addDirectly(
            email: "buchhaltung@kunde.example", name: "B", isAdministrator: false, password: AccountHouse.password)
    }

    // MARK: Rules

    @Test func `the maker's rules and daily limits hold`() async throws {
        let house = try await House()
        try await house.house.rules(["deliveries-per-day": "1"])
        _ = try await house.sent()
        let error = await #expect(throws: DeliveriesError.self) { _ = try await house.sent() }
        #expect(error?.fields.map(\.reason) == ["daily-deliveries"])
        let use = try await house.house.drafts.use(of: house.clara.id)
        #expect(use.deliveries == 0 && use.octets == 0)
    }

    @Test func `what recipients will see is decided for the mailbox's own domain`() async throws {
        let house = try await House(settings: [
            "smtp.home-domains": "kunde.example", "mail.system-sender": "depesche@haus.example",
        ])
        try await house.change(MailboxForm(address: "buchhaltung@fremd.example"))
        let own = try await house.house.sending.preview(for: house.anna.id)
        #expect(own?.from.address.comparisonKey == "anna@kunde.example")
        let seen = try await house.house.sending.preview(for: house.anna.id, from: house.office.id)
        #expect(seen?.from.address.comparisonKey == "depesche@haus.example")
        #expect(seen?.replyTo?.address.comparisonKey == "buchhaltung@fremd.example")
    }
}
