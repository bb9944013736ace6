import FileVault
import Foundation
import Localization
import MailMessage
import MailTemplates
import Storage
import Testing

@testable import Deliveries

/// Notifications that wait, so that one mail tells of several.
@Suite struct GatheredNoticeTests {
    private static let gathered = [
        "notify.undeliverable.when": "gathered", "notify.address-corrected": "true",
        "notify.address-corrected.when": "gathered", "notify.storage-low.when": "gathered",
        "notify.renewal-asked.when": "gathered",
    ]

    private func fail(_ delivery: Delivery, _ place: Int = 0, in house: DeliveryHouse) async throws -> Bool {
        let (now, outcome) = (house.now, house.outcome)
        return try await house.parts.database.write { transaction in
            let recipient = try transaction.deliveries.recipients(of: delivery.id)[place]
            var entry = try #require(try transaction.outbox.newestEntry(of: recipient.id, kind: .delivery))
            entry.state = .failed
            entry.attempts = 1
            entry.failureClass = "no-such-user"
            entry.lastAnswer = "550 5.1.1 User unknown"
            entry.finishedAt = now
            try transaction.outbox.update(entry)
            return try outcome.record(.failed, of: entry, in: transaction, at: now)
        }
    }

    private func told(_ house: DeliveryHouse) async throws -> [OutgoingMail] {
        try await house.mails().filter { $0.entry.kind == .gathered }.map(\.mail)
    }

    private func turn(_ house: DeliveryHouse) async throws {
        _ = try await NoticeJob(house.parts).run(now: house.now)
    }

    private func administrator(_ house: DeliveryHouse) async throws {
        let account = Account(
            id: house.parts.newID(house.now), email: try EmailAddress(parsing: "eva@kunde.example"), name: "Eva",
            isAdministrator: true, state: .active, language: .english, passwordHash: nil, createdAt: house.now)
        try await house.database.write { try $0.accounts.insert(account) }
    }

    @Test func whatCanWaitHasTheChoiceAndWhatCannotHasNone() {
        let canWait: Set<MailKind> = [
            .downloaded, .allFetched, .renewalAsked, .undeliverable, .delayed, .held, .addressCorrected,
            .uploadAbandoned, .reported, .domainState, .certificate, .outboxStuck, .storageLow, .scannerSilent,
        ]
        #expect(Set(NotificationRule.all.filter { $0.when != nil }.map(\.kind)) == canWait)
        for rule in NotificationRule.all {
            // Nothing changes for those who have decided nothing.
            if let when = rule.when {
                #expect(when.defaultValue == (rule.kind == .downloaded ? "gathered" : "at-once"))
            }
        }
    }

    @Test func severalNoticesAreOneMailByDelivery() async throws {
        let house = try await DeliveryHouse(settings: Self.gathered)
        let first = try await house.sent(form: DraftForm(recipients: "a@x.example, b@x.example", subject: "Akte"))
        let other = try await house.sent(form: DraftForm(recipients: "c@x.example", subject: "Befund"))
        #expect(try await fail(first, in: house) == false)
        house.pass(600)
        #expect(try await fail(other, in: house) == false)
        house.pass(600)
        let second = try await house.recipients(of: first)[1]
        try await house.actions.correctAddress(of: second.id, by: house.sender.id, to: "ben@x.example")
        try await turn(house)
        #expect(try await told(house) == [])
        house.pass(600)
        try await turn(house)
        try await turn(house)
        let mails = try await told(house)
        #expect(mails.count == 1)
        let mail = try #require(mails.first)
        #expect(mail.to.address == house.sender.email && mail.subject == "3 Benachrichtigungen für Sie")
        let text = mail.plainText
        // The words of the single mails, those about one delivery under its subject, with one link.
        for words in [
            "Zustellung „Akte“", "Zustellung „Befund“", "Eine E-Mail konnte nicht zugestellt werden",
            "Die Adresse eines Empfängers wurde berichtigt", "550 5.1.1 User unknown", "c@x.example", "ben@x.example",
        ] { #expect(text.contains(words), "\(words)") }
        for delivery in [first, other] {
            #expect(text.ranges(of: "/deliveries/\(delivery.id)").count == 1)
            #expect(mail.html.contains("/deliveries/\(delivery.id)"))
        }
        #expect(mail.html.ranges(of: "Zustellung „Akte“").count == 1)
        let corrected = try #require(text.firstRange(of: "berichtigt"))
        let next = try #require(text.firstRange(of: "Zustellung „Befund“"))
        #expect(corrected.lowerBound < next.lowerBound)
        let kinds = try await house.mails().map(\.entry.kind)
        #expect(!kinds.contains(.undeliverable) && !kinds.contains(.addressCorrected))
    }

    @Test func eachReaderHasAMailInTheirLanguage() async throws {
        var settings = Self.gathered
        settings["notify.undeliverable.to"] = "both"
        let house = try await DeliveryHouse(settings: settings)
        try await administrator(house)
        let delivery = try await house.sent(form: DraftForm(recipients: "a@x.example", subject: "Akte"))
        _ = try await fail(delivery, in: house)
        let low = OperationWatchJob(house.parts) { VaultSpace(available: 1, total: 1_000) }
        _ = try await low.run(now: house.now)
        house.pass(1_800)
        try await turn(house)
        let mails = try await told(house)
        #expect(Set(mails.map(\.to.address.displayForm)) == ["anna@kunde.example", "eva@kunde.example"])
        #expect(Set(mails.map(\.subject)) == ["Eine Benachrichtigung für Sie", "2 notifications for you"])
        let english = try #require(mails.first { $0.language == .english })
        #expect(english.plainText.contains("An e-mail could not be delivered"))
        #expect(!english.plainText.contains("Zustellung"))
    }

    /// The mail and the removal of what it tells are one commit: if it fails, all is as before, and it is told once later.
    @Test func aCommitThatFailsLosesNothingAndTellsNothingTwice() async throws {
        let house = try await DeliveryHouse(settings: Self.gathered, commitsFail: true)
        let delivery = try await house.sent(form: DraftForm(recipients: "a@x.example, b@x.example", subject: "Akte"))
        house.failsCommits.turn(on: true)
        await #expect(throws: FailingDatabase.DiskFull.self) { _ = try await fail(delivery, in: house) }
        house.failsCommits.turn(on: false)
        house.pass(3_600)
        try await turn(house)
        #expect(try await told(house) == [])
        for place in 0..<2 { _ = try await fail(delivery, place, in: house) }
        house.pass(3_600)
        house.failsCommits.turn(on: true)
        await #expect(throws: FailingDatabase.DiskFull.self) { try await turn(house) }
        #expect(try await told(house) == [])
        house.failsCommits.turn(on: false)
        try await turn(house)
        try await turn(house)
        #expect(try await told(house).map(\.subject) == ["2 Benachrichtigungen für Sie"])
    }

    @Test func moreThanOneMailHoldsWaitsForTheNext() async throws {
        let house = try await DeliveryHouse(settings: Self.gathered)
        let (composer, settings, now) = (house.parts.composer, try await house.parts.settings.current(), house.now)
        let reader = NoticeReader(house.sender)
        let link = try MailComposer.link(settings.addresses.administration)
        try await house.database.write { transaction in
            let content = StorageLowMail(available: 1, total: 2, link: link)
            let notices = (0...GatheredNotices.mostInOneMail).map { _ in Notice(content, to: reader) }
            try transaction.tell(notices, by: composer, settings: settings, at: now)
        }
        house.pass(3_600)
        try await turn(house)
        try await turn(house)
        #expect(
            try await told(house).map(\.subject) == ["100 Benachrichtigungen für Sie", "Eine Benachrichtigung für Sie"])
    }

    @Test func whatWasTurnedOffMeanwhileIsToldToNobody() async throws {
        let house = try await DeliveryHouse()
        try await house.parts.settings.set(["notify.undeliverable.when": "gathered"], by: nil)
        let delivery = try await house.sent(form: DraftForm(recipients: "a@x.example", subject: "Akte"))
        _ = try await fail(delivery, in: house)
        try await house.parts.settings.set(["notify.undeliverable": "false"], by: nil)
        house.pass(3_600)
        try await turn(house)
        try await house.parts.settings.set(["notify.undeliverable": "true"], by: nil)
        try await turn(house)
        #expect(try await told(house) == [])
    }

    @Test func aDraftThatWillSoonBeGoneIsToldAtOnceIfGatheringTakesTooLong() async throws {
        for (minutes, kind) in [("30", MailKind.gathered), ("900", MailKind.uploadAbandoned)] {
            let house = try await DeliveryHouse(settings: [
                "deliveries.abandoned-hours": "72", "notify.upload-abandoned.when": "gathered",
                "notify.gather-minutes": minutes,
            ])
            _ = try await house.draft()
            house.pass(49 * 3_600)
            _ = try await AbandonedDraftJob(house.parts).run(now: house.now)
            house.pass(1_800)
            try await turn(house)
            #expect(try await house.mails().map(\.entry.kind) == [kind])
        }
    }
}
