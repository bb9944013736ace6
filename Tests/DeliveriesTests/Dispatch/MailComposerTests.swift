import Deliveries
import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Testing

@Suite struct MailComposerTests {
    static let recipient = "bernd@firma.example"

    static func code(_ house: AccountHouse) throws -> any MailContent {
        let sender = Mailbox(name: "Anna", address: try EmailAddress(parsing: "anna@kunde.example"))
        return CodeMail(code: "123456", sender: MailPerson(sender))
    }

    @Test func aMailIsSealedForItsRowAndOpensThereOnly() async throws {
        try await AccountHouse.with { house in
            let settings = try await house.settings.set(["mail.system-sender": "post@kunde.example"], by: nil)
            let to = Mailbox(name: "Bernd", address: try EmailAddress(parsing: Self.recipient))
            let one = try house.composer.entry(
                Self.code(house), to: to, language: .german, settings: settings, now: house.clock.now)
            let other = try house.composer.entry(
                Self.code(house), to: to, language: .german, settings: settings, now: house.clock.now)
            #expect(one.id != other.id)
            #expect(one.messageID != other.messageID)
            #expect(one.messageID.hasSuffix("@kunde.example"))
            #expect(one.sealedMail.range(of: Data("123456".utf8)) == nil)
            let mail = try house.composer.open(one)
            #expect(mail.messageID == one.messageID)
            #expect(mail.to == to)
            #expect(mail.plainText.contains("123456"))
            #expect(mail.html.contains("123456"))
            var swapped = one
            swapped.sealedMail = other.sealedMail
            #expect(throws: KeyRingError.tampered) { try house.composer.open(swapped) }
        }
    }

    @Test func codesOvertakeAndEndWithTheirTime() async throws {
        try await AccountHouse.with { house in
            let to = Mailbox(address: try EmailAddress(parsing: Self.recipient))
            let entry = try house.composer.entry(
                Self.code(house), to: to, language: .english, settings: try await house.settings.current(),
                now: house.clock.now)
            #expect(entry.isUrgent)
            #expect(entry.notAfter == house.clock.now.addingTimeInterval(1_800))
            #expect(entry.nextAttemptAt == house.clock.now)
            #expect(entry.kind == .code)
            #expect(try house.composer.open(entry).kind.isAutomatic)
        }
    }

    @Test func invitationsWaitTheirTurn() async throws {
        try await AccountHouse.with { house in
            try await house.users.create(
                UserForm(email: Self.recipient, name: "Bernd"), by: nil, origin: .commandLine)
            let entry = try #require(try await house.mails().first).entry
            #expect(!entry.isUrgent)
            #expect(entry.notAfter == nil)
        }
    }

    @Test func notificationsStandInTheThreadOfTheirDelivery() async throws {
        try await AccountHouse.with { house in
            let account = try await house.account("anna@kunde.example")
            let settings = try await house.settings.current()
            let now = house.clock.now
            let root = house.composer.newMessageID(settings: settings, now: now)
            let delivery = Delivery(
                id: DeliveryID(now: now, random: house.parts.random), sender: account.id, state: .sent, path: .webUI,
                subject: "Akte", message: "", level: .identityProven, lifetimeDays: 14, language: .german,
                chunkSize: 8_388_608, threadMessageID: root, createdAt: now, updatedAt: now)
            let to = Mailbox(address: try EmailAddress(parsing: Self.recipient))
            let first = try house.composer.entry(
                Self.code(house), to: to, author: .sender(DeliverySender(account: account)), language: .german,
                thread: MailComposer.Thread(delivery), settings: settings, now: now)
            #expect(first.delivery == delivery.id)
            #expect(first.author == account.id)
            #expect(try house.composer.open(first).author == account.mailbox)
            #expect(try house.composer.open(first).inReplyTo == root)
            #expect(try house.composer.open(first).references == [root])
            let second = try house.composer.entry(
                Self.code(house), to: to, language: .german,
                thread: MailComposer.Thread(delivery, answers: first.messageID), settings: settings, now: now)
            #expect(try house.composer.open(second).inReplyTo == first.messageID)
            #expect(try house.composer.open(second).references == [root, first.messageID])
        }
    }

    @Test func brandingAndLinksComeFromTheSettings() async throws {
        try await AccountHouse.with { house in
            let settings = try await house.settings.set(
                [
                    "organisation.name": "Kanzlei <b>Müller</b>", "server.public-url": "https://depesche.kunde.example",
                    "organisation.imprint-url": "https://kunde.example/impressum",
                ], by: nil)
            try await house.account("anna@kunde.example")
            try await PasswordReset(house.parts).request(
                email: "anna@kunde.example", origin: AccountHouse.origin, language: .english)
            let mail = try #require(try await house.mails().first).mail
            #expect(mail.plainText.contains("https://depesche.kunde.example/password/"))
            #expect(mail.plainText.contains("https://kunde.example/impressum"))
            #expect(mail.plainText.contains("Kanzlei <b>Müller</b>"))
            #expect(!mail.html.contains("<b>Müller"))
            #expect(
                settings.addresses.delivery(DeliveryID(now: house.clock.now, random: house.parts.random))
                    .absoluteString.hasPrefix("https://depesche.kunde.example/deliveries/"))
        }
    }

    @Test func addressesOfPagesAreBelowThePublicAddress() throws {
        let addresses = PublicAddresses(publicURL: try #require(URL(string: "https://d.example:8443")))
        let token = Token(random: SeededRandomSource(seed: 1))
        #expect(addresses.link(token).absoluteString == "https://d.example:8443/l/\(token.text)")
        #expect(addresses.passwordReset(token).absoluteString == "https://d.example:8443/password/\(token.text)")
        #expect(addresses.invitation(token).absoluteString == "https://d.example:8443/invitation/\(token.text)")
        #expect(addresses.setup(token).absoluteString == "https://d.example:8443/setup/\(token.text)")
        #expect(addresses.genuine.absoluteString == "https://d.example:8443/genuine")
        #expect(addresses.passwordForgotten.absoluteString == "https://d.example:8443/password")
        #expect(addresses.outbox.absoluteString == "https://d.example:8443/admin/outbox")
    }
}
