import Deliveries
import Foundation
import HTTPTypes
import HummingbirdTesting
import MailMessage
import Storage
import Testing

@testable import WebUI

/// The page where the owner of an address chooses which mail to get.
@Suite struct MailWishPageTests {
    private func suppressed(_ house: DeliveryHouse) async throws -> [String] {
        try await Suppressions(database: house.database, now: house.parts.now).list().suppressions
            .map(\.address.displayForm)
    }

    /// The page that the letter leads to.
    private func page(_ house: DeliveryHouse, _ reader: PageReader) async throws -> String {
        let letter = try await reader.get(house.link(of: house.sent()))
        return try #require(letter.value(after: "href=\"/m/").map { "/m/" + $0 })
    }

    @Test func lookingChangesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = PageReader(client)
            let path = try await page(house, reader)
            let before = try house.databaseContent()
            let shown = try await reader.get(path)
            #expect(shown.status == .ok && shown.text.contains("b…\u{2060}@praxis.example"))
            #expect(!shown.text.contains("bernd@praxis.example"))
            #expect(shown.text.contains("muss Sie anders erreichen"))
            #expect(try await reader.send(.head, path, form: nil).status == .ok)
            #expect(try house.databaseContent() == before)
        }
    }

    @Test func theOwnerChoosesAndTakesItBack() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = PageReader(client)
            let path = try await page(house, reader)
            let answer = try await reader.submit(path, ["wish": "none"])
            #expect(answer.status == .seeOther && answer.location == "\(path)?done=wish-none")
            let done = try await reader.get("\(path)?done=wish-none")
            #expect(done.text.contains("keine Post mehr von diesem System."))
            #expect(try await suppressed(house) == ["bernd@praxis.example"])
            let sender = try await house.senderBrowser(client)
            let account = try await house.sender().id
            let delivery = try #require(
                try await house.database.read {
                    try $0.deliveries.summaries(
                        sender: account, mailbox: nil, search: "", states: nil, offset: 0, limit: 1
                    ).first
                }
            ).delivery
            let detail = try await sender.get("/deliveries/\(delivery.id)")
            #expect(
                detail.text.contains("Will keine Post") && detail.text.components(separatedBy: "/remind\"").count == 2)
            _ = try await reader.submit(path, ["wish": "all"])
            #expect(try await suppressed(house) == [])
            // Nothing chosen, or something unknown.
            let wrong = try await reader.submit(path, ["wish": "some"])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("field-error"))
        }
    }

    @Test func aMailProgramClicksWithoutCookiesAndWithoutRedirection() async throws {
        try await DeliveryHouse.with { house, client in
            let path = try await page(house, PageReader(client))
            for _ in 0..<2 {
                let answer = try await PageReader(client).send(.post, path, encoded: "List-Unsubscribe=One-Click")
                #expect(answer.status == .ok)
                #expect(try await suppressed(house) == ["bernd@praxis.example"])
            }
            // Any other form without the proof of our page is refused.
            let forged = try await PageReader(client).send(.post, path, encoded: "wish=all")
            #expect(forged.status == .forbidden)
            #expect(try await suppressed(house) == ["bernd@praxis.example"])
        }
    }

    @Test func aDamagedLinkSaysSoAndChangesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = PageReader(client)
            for path in ["/m/x", "/m/" + String(repeating: "A", count: 90)] {
                let shown = try await reader.get(path)
                #expect(shown.text.contains("Dieser Link ist beschädigt"))
                let clicked = try await reader.send(.post, path, encoded: "List-Unsubscribe=One-Click")
                #expect(clicked.status != .ok)
            }
            #expect(try await suppressed(house) == [])
        }
    }
}
