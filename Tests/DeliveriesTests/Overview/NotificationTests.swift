import Foundation
import Localization
import MailMessage
import MailTemplates
import Storage
import Testing

@testable import Deliveries

/// What administrators decide about notifications.
@Suite struct NotificationTests {
    private func administrator(_ house: DeliveryHouse, _ name: String, _ language: Language) async throws {
        let account = Account(
            id: house.parts.newID(house.now), email: try EmailAddress(parsing: "\(name)@kunde.example"), name: name,
            isAdministrator: true, state: .active, language: language, passwordHash: nil, createdAt: house.now)
        try await house.database.write { try $0.accounts.insert(account) }
    }

    private func readers(_ kind: MailKind, of house: DeliveryHouse) async throws -> [String] {
        let (sender, settings) = (DeliverySender(account: house.sender), try await house.parts.settings.current())
        return try await house.database.read { transaction in
            try transaction.readers(of: kind, sender: sender, settings: settings).map {
                "\($0.mailbox.address.displayForm) \($0.language.rawValue)"
            }
        }
    }

    @Test func everyKindHasARuleAndItsKeysAreSettings() {
        #expect(NotificationRule.all.map(\.kind).count == Set(NotificationRule.all.map(\.kind)).count)
        #expect(Set(NotificationRule.all.map(\.kind)) == Set(MailKind.allCases))
        for rule in NotificationRule.all {
            for key in rule.keys { #expect(SettingKey.named(key.name) == key) }
            // What somebody waits for cannot be turned off.
            if [.code, .invitation, .passwordForgotten, .delivery].contains(rule.kind) { #expect(rule.isOn == nil) }
        }
        #expect(SettingKey.notifyUndeliverable.defaultValue == "true")
        #expect(Set(SettingKey.all.map(\.name)).count == SettingKey.all.count)
    }

    @Test(arguments: [
        ("sender", ["anna@kunde.example de", "it@kunde.example de"]),
        ("administrators", ["eva@kunde.example en", "it@kunde.example de"]),
        ("both", ["anna@kunde.example de", "eva@kunde.example en", "it@kunde.example de"]),
        ("addresses", ["it@kunde.example de"]),
    ])
    func aKindGoesToWhomTheSettingsName(_ to: String, _ expected: [String]) async throws {
        let house = try await DeliveryHouse(settings: [
            "notify.undeliverable.to": to, "notify.undeliverable.addresses": "it@kunde.example",
        ])
        try await administrator(house, "eva", .english)
        #expect(try await readers(.undeliverable, of: house) == expected)
    }

    @Test func nobodyIsToldTwiceAndAnAccountReadsItsOwnLanguage() async throws {
        let house = try await DeliveryHouse(settings: [
            "notify.reported.addresses": "EVA@kunde.example, anna@kunde.example", "notify.certificate": "false",
        ])
        try await administrator(house, "eva", .english)
        #expect(try await readers(.reported, of: house) == ["eva@kunde.example en", "anna@kunde.example de"])
        #expect(try await readers(.certificate, of: house) == [])
    }

    @Test func onlyCertainAddressesNeedOne() async throws {
        let house = try await DeliveryHouse()
        let service = house.parts.settings
        let refused = await #expect(throws: DeliveriesError.self) {
            try await service.set(["notify.reported.to": "addresses"], by: nil)
        }
        #expect(refused?.fields == [FieldError("notify.reported.addresses", "needed-for-notice")])
        let wrong = await #expect(throws: DeliveriesError.self) {
            try await service.set(["notify.reported.addresses": "it@kunde.example, nobody"], by: nil)
        }
        #expect(wrong?.fields.map(\.field) == ["notify.reported.addresses"])
        try await service.set(
            ["notify.reported.to": "addresses", "notify.reported.addresses": "it@kunde.example;ops@kunde.example"],
            by: nil)
        #expect(try await readers(.reported, of: house) == ["it@kunde.example de", "ops@kunde.example de"])
    }

    @Test func downloadsAreToldOneByOneIfSoSet() async throws {
        let house = try await DeliveryHouse(settings: ["notify.downloaded.when": "at-once"])
        let delivery = try await house.sent()
        for place in 0..<2 {
            try await house.fetchAll(delivery, by: place)
            house.pass(60)
        }
        let mails = try await house.mails().filter { $0.entry.kind == .downloaded }.map(\.mail.plainText)
        #expect(mails.count == 2)
        #expect(mails.map { $0.contains("clara@amt.example") } == [false, true])
    }

    @Test(arguments: [("reader", Language.english), ("sender", .german), ("system", .german)])
    func mailSpeaksTheLanguageByTheRule(_ rule: String, _ expected: Language) async throws {
        let house = try await DeliveryHouse(settings: ["notify.language": rule])
        let delivery = try await house.sent()
        try await house.handOver(delivery)
        let recipients = try await house.recipients(of: delivery)
        try await house.fetching.chooseLanguage(.english, at: house.linkText(of: recipients[0]))
        _ = try await house.actions.remindAll(of: delivery.id, by: house.sender.id)
        let reminders = try await house.mails().filter { $0.entry.kind == .reminder }.map(\.mail.language)
        #expect(reminders == [expected, .german])
        // The next delivery speaks it, too.
        let next = try await house.sent()
        let mails = try await house.mails().filter { $0.entry.delivery == next.id }.map(\.mail.language)
        #expect(mails == [expected, .german])
    }

    @Test func aSwitchStopsItsKind() async throws {
        let house = try await DeliveryHouse(settings: [
            "notify.renewed": "false", "notify.renewal-asked": "false", "notify.reported": "false",
        ])
        try await administrator(house, "eva", .english)
        let delivery = try await house.sent(form: DraftForm(recipients: "bernd@praxis.example", subject: "S"))
        let link = try await house.linkText(of: house.recipients(of: delivery)[0])
        _ = try await house.fetching.report(link, words: "Kenne ich nicht")
        house.pass(15 * 86_400)
        _ = try await house.fetching.askRenewal(link)
        try await house.actions.extend(delivery.id, by: house.sender.id, days: 7)
        #expect(try await house.mails().map(\.entry.kind) == [.delivery])
    }
}
