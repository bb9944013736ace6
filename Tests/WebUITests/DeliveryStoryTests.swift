import Deliveries
import Foundation
import Localization
import MailMessage
import Secrets
import Testing

@testable import WebUI

@Suite struct DeliveryStoryTests {
    private static let start = Date(timeIntervalSince1970: 1_795_439_100)
    private static let random = SeededRandomSource(seed: 3)
    private static let delivery = DeliveryID(now: start, random: random)
    private static let sender = AccountID(now: start, random: random)

    private func recipient(_ place: Int) throws -> Recipient {
        Recipient(
            id: RecipientID(now: Self.start, random: Self.random), delivery: Self.delivery, position: place,
            email: try EmailAddress(parsing: "r\(place)@praxis.example"), name: "")
    }

    private func story(
        _ recipients: [Recipient], _ events: [(DeliveryEvent.Kind, Int?, TimeInterval, String)],
        by actor: AccountID? = nil,
        isForOwner: Bool = true
    ) -> [String] {
        let delivery = Delivery(
            id: Self.delivery, sender: Self.sender, state: .sent, path: .webUI, subject: "", message: "",
            level: .secureLink, lifetimeDays: 14, language: .german, chunkSize: 65_536, threadMessageID: "",
            createdAt: Self.start, updatedAt: Self.start)
        let detail = DeliveryDetail(
            delivery: delivery, files: [],
            recipients: recipients.map {
                RecipientStatus(recipient: $0, sending: nil, scannerVisits: 0, fetchedFiles: [:])
            }, fetchedByOthers: [:],
            events: events.map { kind, place, after, detail in
                DeliveryEvent(
                    delivery: Self.delivery, sender: actor ?? Self.sender, recipient: place.map { recipients[$0].id },
                    kind: kind, at: Self.start.addingTimeInterval(after), detail: detail)
            }, cursor: 0)
        let text = Localizer(.german)
        return DeliveryStory(detail: detail, text: text, isForOwner: isForOwner) {
            TimeView($0, now: Self.start, timeZone: .gmt, text: text)
        }.rows.map(\.text)
    }

    @Test func whatSomebodyElseDidIsNotToldAsTheReaders() {
        let events: [(DeliveryEvent.Kind, Int?, TimeInterval, String)] = [
            (.sent, nil, 0, ""), (.extended, nil, 1, "3"), (.handedToAccount, nil, 2, "Anna Muster"),
        ]
        let told = [
            "Das Konto von Anna Muster wurde gelöscht; die Zustellung ist in andere Hände übergegangen.",
            "Die Frist wurde verlängert.", "Die Zustellung wurde gesendet.",
        ]
        let former = AccountID(now: Self.start, random: Self.random)
        #expect(story([], events, by: former) == told)
        #expect(story([], events, isForOwner: false) == told)
    }

    @Test func mailsOfOneFateAreOneLine() throws {
        let recipients = try (0..<3).map(recipient)
        let told = story(
            recipients,
            [
                (.sent, nil, 0, ""), (.handedOver, 0, 1, ""), (.handedOver, 1, 2, ""), (.failed, 2, 3, "550 5.1.1"),
                (.handedOver, 2, 4_000, ""),
            ])
        #expect(
            told == [
                "Der Mailserver hat die Mail an r2@praxis.example übernommen.",
                "Die Mail an r2@praxis.example kann nicht zugestellt werden. Antwort des Mailservers: 550 5.1.1",
                "Der Mailserver hat 2 Mails übernommen.", "Sie haben die Zustellung gesendet.",
            ])
    }

    @Test func theFilesOfOneRecipientAreOneLine() throws {
        let recipients = try (0..<2).map(recipient)
        let told = story(
            recipients,
            [
                (.fetched, 0, 0, "a.pdf"), (.fetched, 0, 5, "b.pdf"), (.fetched, 1, 6, "a.pdf"),
                (.fetched, 1, 7, "b.pdf"), (.allFetched, 1, 7, ""), (.fetched, 0, 8, "c.pdf"),
            ])
        #expect(
            told == [
                "r0@praxis.example hat „c.pdf“ vollständig abgeholt.", "r1@praxis.example hat jetzt alle Dateien.",
                "r0@praxis.example hat 2 Dateien vollständig abgeholt.",
            ])
    }

    @Test func everyKindHasItsWords() throws {
        let recipients = [try recipient(0)]
        for language in Language.allCases {
            for kind in DeliveryEvent.Kind.allCases {
                #expect(Localizer(language).has("page.event.\(kind.rawValue)"), "\(kind)")
            }
        }
        let told = story(recipients, DeliveryEvent.Kind.allCases.map { ($0, 0, 0, "7") })
        #expect(told.allSatisfy { !$0.contains("page.") && !$0.contains("{") })
    }
}
