import Deliveries
import Foundation
import HTTPTypes
import HummingbirdTesting
import Localization
import Testing

@testable import WebUI

/// What senders see and do, over the real use cases, without scripts.
@Suite struct SenderPageTests {
    private static let fields = [
        "recipients": "Bernd Beispiel <bernd@praxis.example>; clara@amt.example", "subject": "Ihre Unterlagen",
        "message": "Guten Tag", "level": "1", "lifetimeDays": "14", "notifiesSender": "true", "language": "de",
    ]

    /// Whether a key of a text stands there in place of the text.
    private static func showsKey(_ html: String) -> Bool {
        ["page.", "error.", "mail."].contains { area in
            html.ranges(of: area).contains { html[$0.upperBound...].first?.isLetter == true }
        }
    }

    @Test func withoutADeliveryThePageOffersTheFirstStep() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let page = try await reader.get("/deliveries")
            #expect(page.text.contains("Noch keine Zustellung") && page.text.contains("/deliveries/new"))
        }
    }

    @Test func strangersAreShownTheWayIn() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            for path in ["/deliveries", "/deliveries/new", "/deliveries/\(delivery.id)"] {
                let answer = try await PageReader(client).get(path)
                #expect(answer.location?.hasPrefix("/sign-in?return=") == true, "\(path)")
            }
        }
    }

    @Test func aDeliveryCanBeWrittenAndSentWithoutScripts() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let page = try await reader.get("/deliveries/new")
            #expect(page.text.contains("Empfänger sehen als Absender:") && page.text.contains("Anna Muster"))
            #expect(page.text.contains("enctype=\"multipart/form-data\"") && page.text.contains("type=\"file\""))
            var fields = Self.fields
            fields["action"] = "save"
            let saved = try await reader.submit("/deliveries/new", fields)
            let edit = try #require(saved.location?.split(separator: "?").first.map(String.init))
            #expect(edit.hasSuffix("/edit"))
            let draft = try await reader.get(edit)
            #expect(draft.text.contains("Ihre Unterlagen") && draft.text.contains("clara@amt.example"))
            #expect(try await reader.get("/deliveries").text.contains("Weiterschreiben"))

            fields["action"] = "send"
            let sent = try await reader.submit(edit, fields)
            let target = try #require(sent.location)
            #expect(target == edit.replacing("/edit", with: "?done=sent"))
            let detail = try await reader.get(target)
            #expect(detail.text.contains("Die Zustellung ist unterwegs.") && detail.text.contains("Bernd Beispiel"))
            #expect(try await reader.get(edit).location == edit.replacing("/edit", with: ""), "it was sent")
            #expect(try await reader.get("/deliveries").text.contains("Bernd Beispiel"))
        }
    }

    @Test func mistakesStandAtTheirFieldsAndNothingTypedIsLost() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            var fields = Self.fields
            fields.merge([
                "action": "send", "recipients": "bernd@praxis.example; clara.amt.example", "subject": "",
                "message": "Ein <langer> Text", "lifetimeDays": "400", "password": "kurz", "copiesSender": "true",
            ]) { $1 }
            let answer = try await reader.submit("/deliveries/new", fields)
            #expect(answer.status == .unprocessableContent)
            for id in ["recipients-error", "subject-error", "lifetime-error", "password-error"] {
                #expect(answer.text.contains("id=\"\(id)\""), "\(id)")
            }
            #expect(answer.text.contains("„clara.amt.example“"), "the mistake names its entry")
            for words in [
                "clara.amt.example</textarea>", "Ein &lt;langer&gt; Text</textarea>", "value=\"400\"", "value=\"kurz\"",
            ] {
                #expect(answer.text.contains(words), "\(words)")
            }
            #expect(answer.text.contains("name=\"copiesSender\" value=\"true\" checked"))
            #expect(answer.text.contains("Möglich sind Werte von 1 bis 90"))
        }
    }

    @Test func anUnknownLevelIsRefused() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            for level in ["3", "", "x"] {
                var fields = Self.fields
                fields["action"] = "send"
                fields["level"] = level
                let answer = try await reader.submit("/deliveries/new", fields)
                #expect(answer.status == .unprocessableContent)
                #expect(answer.text.contains("id=\"level-error\""))
                #expect(answer.text.contains("value=\"Ihre Unterlagen\""), "what was typed is kept")
            }
        }
    }

    @Test func aPasswordStaysUntilItIsTakenAway() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let id = try await house.draft(DraftForm(subject: "Akte")).id
            func save(_ more: [String: String]) async throws -> Bool {
                let fields = Self.fields.merging(["action": "save"]) { $1 }.merging(more) { $1 }
                #expect(try await reader.submit("/deliveries/\(id)/edit", fields).status == .seeOther)
                return try await house.stored(id).passwordHash != nil
            }
            #expect(try await save(["password": "Sommer am Fluss"]))
            #expect(try await save(["password": ""]))
            #expect(try await !reader.get("/deliveries/\(id)/edit").text.contains("Sommer am Fluss"))
            #expect(try await !save(["password": "", "removePassword": "true"]))
        }
    }

    @Test func aFileCanBeTakenOutAndADraftDiscarded() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            let draft = try await house.draft(files: ["Eins.pdf", "Zwei.pdf"], DraftForm(subject: "Akte"))
            let page = try await reader.get("/deliveries/\(draft.id)/edit")
            let file = try #require(page.value(after: "data-file=\""))
            let removed = try await reader.submit(
                "/deliveries/\(draft.id)/edit", Self.fields.merging(["remove": file]) { $1 })
            #expect(removed.location == "/deliveries/\(draft.id)/edit#files")
            let rest = try await reader.get("/deliveries/\(draft.id)/edit").text
            #expect(!rest.contains("Eins.pdf") && rest.contains("Zwei.pdf"))
            let gone = try await reader.submit("/deliveries/\(draft.id)/edit", ["action": "discard"])
            #expect(gone.location == "/deliveries?done=draft-discarded")
            #expect(try await reader.get("/deliveries/\(draft.id)/edit").status == .notFound)
        }
    }

    @Test func theListSearchesAndFilters() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = try await house.senderBrowser(client)
            _ = try await house.sent { $0.subject = "Rechnung März" }
            let other = try await house.sent { $0.subject = "Gutachten" }
            try await DeliveryActions(house.parts).withdraw(other.id, by: house.sender().id)
            let found = try await reader.get("/deliveries?search=rechnung").text
            #expect(found.contains("Rechnung März") && !found.contains("Gutachten"))
            let withdrawn = try await reader.get("/deliveries?filter=withdrawn").text
            #expect(!withdrawn.contains("Rechnung März") && withdrawn.contains("Gutachten"))
            #expect(try await reader.get("/deliveries?search=nirgends").text.contains("Nichts gefunden"))
        }
    }

    @Test func withdrawingAsksOnceAndSaysWhatItMeans() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let reader = try await house.senderBrowser(client)
            let path = "/deliveries/\(delivery.id)/withdraw"
            let before = try house.databaseContent()
            #expect(try await reader.get(path).text.contains("Ihre Unterlagen"))
            #expect(try house.databaseContent() == before)
            #expect(try await reader.submit(path, [:]).location == "/deliveries/\(delivery.id)?done=withdrawn")
            #expect(try await house.stored(delivery.id).state == .withdrawn)
            let again = try await reader.submit(path, [:])
            #expect(again.status == .unprocessableContent)
        }
    }

    @Test func extendingKeepsWhatWasTyped() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let reader = try await house.senderBrowser(client)
            let path = "/deliveries/\(delivery.id)/extend"
            for days in ["999", "morgen"] {
                let wrong = try await reader.submit(path, ["days": days])
                #expect(wrong.status == .unprocessableContent && wrong.text.contains("value=\"\(days)\""))
                #expect(wrong.text.contains("id=\"days-error\""))
            }
            #expect(try await reader.submit(path, ["days": "7"]).status == .seeOther)
            let end = try #require(try await house.stored(delivery.id).expiresAt)
            #expect(end == DeliveryHouse.start.addingTimeInterval(21 * 86_400))
        }
    }

    @Test func remindingGoesOnceAnHour() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let recipient = try await house.recipients(of: delivery)[0].id
            let reader = try await house.senderBrowser(client)
            let one = try await reader.submit("/recipients/\(recipient)/remind", [:])
            #expect(one.location == "/deliveries/\(delivery.id)?done=reminded")
            let again = try await reader.submit("/recipients/\(recipient)/remind", [:])
            #expect(again.status == .tooManyRequests)
            let all = try await reader.submit("/deliveries/\(delivery.id)/remind", [:])
            #expect(all.location == "/deliveries/\(delivery.id)?done=nobody-reminded")
            let resent = try await reader.submit("/recipients/\(recipient)/resend", [:])
            #expect(resent.location == "/deliveries/\(delivery.id)?done=resent")
        }
    }

    @Test func anAddressIsCorrected() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let recipient = try await house.recipients(of: delivery)[0].id
            let reader = try await house.senderBrowser(client)
            let path = "/recipients/\(recipient)/correct"
            let wrong = try await reader.submit(path, ["address": "bernd.praxis.example"])
            #expect(wrong.status == .unprocessableContent && wrong.text.contains("value=\"bernd.praxis.example\""))
            let right = try await reader.submit(path, ["address": "berta@praxis.example"])
            #expect(right.location == "/deliveries/\(delivery.id)?done=corrected")
            #expect(try await reader.get("/deliveries/\(delivery.id)").text.contains("berta@praxis.example"))
        }
    }

    @Test func somebodyElsesThingsAreNotThere() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let recipient = try await house.recipients(of: delivery)[0].id
            try await Users(house.accounts).addDirectly(
                email: "eve@kunde.example", name: "Eve", isAdministrator: true, password: PageHouse.password)
            let eve = PageReader(client)
            _ = try await eve.submit("/sign-in", ["email": "eve@kunde.example", "password": PageHouse.password])
            for path in [
                "/deliveries/\(delivery.id)", "/deliveries/\(delivery.id)/edit", "/deliveries/\(delivery.id)/withdraw",
                "/deliveries/\(delivery.id)/extend", "/recipients/\(recipient)/correct",
                "/recipients/\(recipient)/remind", "/deliveries/nonsense",
            ] {
                #expect(try await eve.get(path).status == .notFound, "\(path)")
            }
            let proof = try #require(try await eve.get("/deliveries/new").proof)
            let answer = try await eve.send(
                .post, "/deliveries/\(delivery.id)/withdraw", form: ["csrf": proof])
            #expect(answer.status == .notFound)
            #expect(try await house.stored(delivery.id).state == .sent)
        }
    }

    @Test func aFormWithoutItsProofDoesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let recipient = try await house.recipients(of: delivery)[0].id
            let reader = try await house.senderBrowser(client)
            let before = try house.databaseContent()
            for path in [
                "/deliveries/new", "/deliveries/\(delivery.id)/edit", "/deliveries/\(delivery.id)/withdraw",
                "/deliveries/\(delivery.id)/extend", "/deliveries/\(delivery.id)/remind",
                "/recipients/\(recipient)/correct", "/recipients/\(recipient)/remind",
                "/recipients/\(recipient)/resend",
            ] {
                #expect(try await reader.send(.post, path, form: ["csrf": "forged"]).status == .forbidden, "\(path)")
            }
            #expect(try house.databaseContent() == before)
        }
    }

    @Test func looksInBothLanguages() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let recipient = try await house.recipients(of: delivery)[0].id
            let reader = try await house.senderBrowser(client)
            for language in ["de", "en"] {
                _ = try await reader.submit("/account", to: "/account/profile", ["name": "Anna", "language": language])
                for path in [
                    "/deliveries", "/deliveries/new", "/deliveries/\(delivery.id)",
                    "/deliveries/\(delivery.id)/withdraw", "/deliveries/\(delivery.id)/extend",
                    "/deliveries/\(delivery.id)/remind", "/recipients/\(recipient)/correct",
                    "/recipients/\(recipient)/remind", "/recipients/\(recipient)/resend",
                ] {
                    let page = try await reader.get(path)
                    #expect(page.status == .ok && page.headers[.contentLanguage] == language, "\(path)")
                    // A key that is missing shows as itself.
                    #expect(!Self.showsKey(page.text), "\(path) \(language)")
                }
            }
        }
    }
}
