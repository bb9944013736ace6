import Deliveries
import Foundation
import HTTPTypes
import HummingbirdTesting
import Localization
import Secrets
import TestDatabases
import Testing

@testable import WebUI

/// What recipients see and do, over the real use cases.
@Suite struct LetterPageTests {
    @Test func aLetterShowsWhoWroteWhatAndUntilWhen() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent(files: ["Befund.pdf", "Bild.png"])
            let page = try await PageReader(client).get(house.link(of: delivery))
            #expect(page.status == .ok)
            for words in [
                "Anna Muster", "anna@kunde.example", "Ihre Unterlagen", "Guten Tag", "Befund.pdf", "Bild.png",
                "Alle Dateien abholen", "Abholbar bis", "/genuine", "/report", "lang=\"de\"",
            ] {
                #expect(page.text.contains(words), "\(words)")
            }
            #expect(!page.text.contains("bernd@praxis.example"), "who has the link need not be the recipient")
            let policy = page.headers[.contentSecurityPolicy] ?? ""
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
            #expect(page.headers[values: .init("Referrer-Policy")!] == ["no-referrer"])
            #expect(page.headers[values: .init("X-Robots-Tag")!] == ["noindex"])
            #expect(page.headers[.cacheControl] == "no-store")
        }
    }

    @Test func fetchingIsAPostThatHandsOutAnAddress() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent(files: ["Befund & Bild.pdf"])
            let link = try await house.link(of: delivery)
            let reader = PageReader(client)
            let page = try await reader.get(link)
            let file = try #require(page.value(after: "name=\"file\" value=\""))
            let answer = try await reader.submit(link, to: link + "/fetch", ["file": file])
            #expect(answer.status == .seeOther)
            let address = try #require(answer.location)
            #expect(address.hasPrefix("/d/") && address.hasSuffix("/Befund%20%26%20Bild.pdf"))
            let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("dv_") })
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
            #expect(try await house.events(of: delivery).contains(.opened))

            // The transfer itself is another door's; here the use case stands in for it.
            let token = try #require(Token(text: cookie.drop { $0 != "=" }.dropFirst().prefix { $0 != ";" }))
            let secret = String(address.split(separator: "/")[1])
            let download = try await Downloads(house.parts).begin(secret, cookies: [token])
            try await Downloads(house.parts).wrote(download, range: 0..<download.size)
            #expect(try await reader.get(link).text.contains("vollständig übertragen"))

            let sender = try await house.senderBrowser(client)
            let detail = try await sender.get("/deliveries/\(delivery.id)")
            #expect(detail.text.contains("abgeholt") && detail.text.contains("Seite geöffnet"))
            #expect(detail.text.contains("Bernd Beispiel hat jetzt alle Dateien."))
        }
    }

    @Test func aCodeProvesTheAddressOnLevelTwo() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent { $0.level = 2 }
            let link = try await house.link(of: delivery)
            let reader = PageReader(client)
            let page = try await reader.get(link)
            #expect(page.text.contains("Code anfordern") && page.text.contains("b…\u{2060}@praxis.example"))
            #expect(!page.text.contains("Guten Tag") && !page.text.contains("Befund.pdf"))

            let asked = try await reader.submit(link, to: link + "/code/ask", [:])
            #expect(asked.location == link)
            let form = try await reader.get(link)
            #expect(form.text.contains("autocomplete=\"one-time-code\"") && form.text.contains("inputmode=\"numeric\""))
            let code = try await house.mailedCode()
            let wrong = try await reader.submit(
                link, to: link + "/code", ["code": code == "000000" ? "111111" : "000000"])
            #expect(wrong.status == .forbidden && wrong.text.contains("Dieser Code stimmt nicht"))
            #expect(wrong.text.contains("id=\"code-error\""))

            let stranger = PageReader(client)
            let elsewhere = try await stranger.submit(link, to: link + "/code", ["code": code])
            #expect(elsewhere.status == .forbidden, "a code works in the browser that asked for it")

            let right = try await reader.submit(
                link, to: link + "/code", ["code": " \(code.prefix(3)) \(code.suffix(3))"])
            #expect(right.status == .seeOther && right.location == link)
            let letter = try await reader.get(link)
            #expect(letter.text.contains("Guten Tag") && letter.text.contains("Befund.pdf"))
            #expect(try await house.events(of: delivery).contains(.proven))
        }
    }

    @Test func aSpentCodeLeadsToAFreshOne() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent { $0.level = 2 }
            let link = try await house.link(of: delivery)
            let reader = PageReader(client)
            _ = try await reader.submit(link, to: link + "/code/ask", [:])
            house.pass(31 * 60)
            let page = try await reader.get(link)
            #expect(page.text.contains("Code anfordern"))
            let code = try await house.mailedCode()
            let late = try await reader.submit(link, to: link + "/code", ["code": code])
            #expect(late.text.contains("Dieser Code gilt nicht mehr") && late.text.contains("Code anfordern"))
        }
    }

    @Test func aPasswordOpensALetter() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent { $0.password = "Sommer am Fluss" }
            let link = try await house.link(of: delivery)
            let reader = PageReader(client)
            #expect(try await !reader.get(link).text.contains("Befund.pdf"))
            let wrong = try await reader.submit(link, to: link + "/password", ["password": "Winter am Berg"])
            #expect(wrong.status == .forbidden && wrong.text.contains("id=\"password-error\""))
            #expect(!wrong.text.contains("Winter am Berg"))
            let early = try await reader.submit(link, to: link + "/fetch", [:])
            #expect(early.location == link, "without the password there is nothing to fetch")
            let right = try await reader.submit(link, to: link + "/password", ["password": "Sommer am Fluss"])
            #expect(right.location == link)
            #expect(try await reader.get(link).text.contains("Befund.pdf"))
        }
    }

    @Test func aMessageWithoutFilesIsOpenedByAButton() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent(files: [])
            let link = try await house.link(of: delivery)
            let reader = PageReader(client)
            let page = try await reader.get(link)
            #expect(page.text.contains("Auf Sie wartet eine Nachricht") && !page.text.contains("Guten Tag"))
            #expect(try await !house.events(of: delivery).contains(.opened))
            _ = try await reader.submit(link, to: link + "/open", [:])
            #expect(try await reader.get(link).text.contains("Guten Tag"))
            #expect(try await house.events(of: delivery).contains(.opened))
        }
    }

    @Test func everyKindOfDeadLinkSaysWhatIsTheCase() async throws {
        try await DeliveryHouse.with { house, client in
            let reader = PageReader(client)
            let damaged = try await reader.get("/l/abc")
            #expect(damaged.status == .badRequest && damaged.text.contains("Dieser Link ist beschädigt"))
            #expect(try await reader.get("/l").text.contains("Dieser Link ist beschädigt"))
            let unknown = try await reader.get("/l/" + Token(random: SeededRandomSource(seed: 99)).text)
            #expect(unknown.status == .notFound && unknown.text.contains("Diesen Link kennen wir nicht"))

            let delivery = try await house.sent()
            let link = try await house.link(of: delivery)
            #expect(try await reader.get(link + ").").status == .ok, "what a mail program appends is no harm")
            let sender = try await house.sender().id
            house.pass(1)
            try await DeliveryActions(house.parts).correctAddress(
                of: house.recipients(of: delivery)[0].id, by: sender, to: "berta@praxis.example")
            let replaced = try await reader.get(link)
            #expect(replaced.status == .gone && replaced.text.contains("Dieser Link wurde ersetzt"))

            let fresh = try await house.link(of: delivery)
            try await DeliveryActions(house.parts).withdraw(delivery.id, by: sender)
            let withdrawn = try await reader.get(fresh)
            #expect(withdrawn.status == .gone && withdrawn.text.contains("Anna Muster hat"))
            #expect(withdrawn.text.contains("zurückgezogen") && !withdrawn.text.contains("abgelaufen"))
        }
    }

    @Test func anExpiredLetterCanAskForMoreTime() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent { $0.lifetimeDays = 3 }
            let link = try await house.link(of: delivery)
            house.pass(4 * 86_400)
            let reader = PageReader(client)
            let expired = try await reader.get(link)
            #expect(expired.status == .gone && expired.text.contains("Die Frist ist abgelaufen"))
            #expect(!expired.text.contains("Befund.pdf"))
            let asked = try await reader.submit(link, to: link + "/renewal", [:])
            #expect(asked.location == link)
            let waiting = try await reader.get(link)
            #expect(waiting.text.contains("Ihre Bitte um mehr Zeit") && !waiting.text.contains("/renewal\""))

            let sender = try await house.senderBrowser(client)
            let page = try await sender.get("/deliveries/\(delivery.id)")
            #expect(page.text.contains("Bernd Beispiel bittet um mehr Zeit."))
            let renewed = try await sender.submit(
                "/deliveries/\(delivery.id)", to: "/deliveries/\(delivery.id)/extend", ["days": "14"])
            #expect(renewed.location == "/deliveries/\(delivery.id)?done=extended")
            #expect(try await reader.get(link).status == .ok)
        }
    }

    @Test func afterTheGracePeriodTheFilesAreGone() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let link = try await house.link(of: delivery)
            house.pass(60 * 86_400)
            let page = try await PageReader(client).get(link)
            #expect(page.text.contains("noch einmal zu senden") && !page.text.contains("/renewal\""))
        }
    }

    @Test func aMailCanBeReported() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let link = try await house.link(of: delivery)
            let reader = PageReader(client)
            let answer = try await reader.submit(link + "/report", ["words": "Ich kenne Anna nicht."])
            #expect(answer.location == link + "?done=reported")
            #expect(try await reader.get(link + "?done=reported").text.contains("Danke. Ihre Meldung"))
            #expect(try await house.events(of: delivery).contains(.reported))
        }
    }

    @Test func theReaderChoosesTheLanguage() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let link = try await house.link(of: delivery)
            func language(_ headers: HTTPFields) async throws -> String? {
                try await client.execute(uri: link, method: .get, headers: headers) {
                    $0.headers[.contentLanguage]
                }
            }
            #expect(try await language([:]) == "de", "the delivery's")
            #expect(try await language([.acceptLanguage: "en-GB,en;q=0.9"]) == "en", "the browser's")
            #expect(try await language([.acceptLanguage: "en", .cookie: "depesche_language=de"]) == "de", "the choice")
            let reader = PageReader(client)
            let answer = try await reader.submit(
                link, to: link + "/language", ["language": "en", "return": link + "/report"])
            #expect(answer.location == link + "/report")
            #expect(try await reader.get(link).text.contains("Fetch the file"))
            let away = try await reader.submit(
                link, to: link + "/language", ["language": "en", "return": "//evil.example/"])
            #expect(away.location == link)
        }
    }

    @Test(.enabled(if: TestEngine.isSQLite, "the octets of SQLite's files"))
    func lookingChangesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let plain = try await house.link(of: house.sent())
            let coded = try await house.link(of: house.sent { $0.level = 2 })
            let locked = try await house.link(of: house.sent { $0.password = "Sommer am Fluss" })
            let before = try house.databaseContent()
            for link in [plain, coded, locked, "/l/abc"] {
                for step in ["", "/report", "/fetch", "/code", "/code/ask", "/password", "/open", "/renewal"] {
                    _ = try await PageReader(client).get(link + step)
                }
                let head = try await PageReader(client).send(.head, link, form: nil)
                #expect(head.text.isEmpty)
            }
            #expect(try house.databaseContent() == before)
            // The trace is written later, and is all that is written.
            try await house.traces.flush()
            #expect(try house.databaseContent() != before)
        }
    }

    @Test func aFormWithoutItsProofDoesNothing() async throws {
        try await DeliveryHouse.with { house, client in
            let delivery = try await house.sent()
            let link = try await house.link(of: delivery)
            let before = try house.databaseContent()
            for step in ["/fetch", "/code/ask", "/code", "/password", "/open", "/renewal", "/report", "/language"] {
                let answer = try await PageReader(client).send(.post, link + step, form: ["csrf": "forged"])
                #expect(answer.status == .forbidden, "\(step)")
                #expect(answer.text.contains("Erlauben Sie Cookies"), "\(step)")
                #expect(answer.proof != nil, "the page can be used at once")
            }
            #expect(try house.databaseContent() == before)
        }
    }

    @Test func strangersTextStaysText() async throws {
        try await DeliveryHouse.with { house, client in
            let hostile = "<script>alert(1)</script>\"'{{page.csrf}}"
            let delivery = try await house.sent(files: ["<img src=x>.pdf"]) {
                $0.subject = hostile
                $0.message = "\(hostile)\njavascript:alert(1) https://ok.example/\"onclick=\"x"
            }
            let link = try await house.link(of: delivery)
            let letter = try await PageReader(client).get(link)
            let sender = try await house.senderBrowser(client)
            let pages = [
                letter, try await sender.get("/deliveries"), try await sender.get("/deliveries/\(delivery.id)"),
                try await sender.get("/deliveries/\(delivery.id)/withdraw"),
                try await sender.get("/deliveries?search=%3Cscript%3E%22"),
            ]
            for page in pages {
                #expect(page.status == .ok)
                #expect(!page.text.contains("<script>") && !page.text.contains("<img src=x"))
                #expect(!page.text.contains("href=\"javascript:"))
            }
            #expect(letter.text.contains("href=\"https://ok.example/\""))
        }
    }

    @Test func theWayToCheckIsToldAndTestLinksLeadSomewhere() async throws {
        try await DeliveryHouse.with { _, client in
            let genuine = try await PageReader(client).get("/genuine")
            #expect(genuine.text.contains("http://127.0.0.1:8080"))
            let test = try await PageReader(client).get("/mail-test/abc")
            #expect(test.text.contains("Der Link funktioniert"))
        }
    }
}
