import Foundation
import Localization
import MailMessage
import MailTemplates
import Secrets
import Storage
import Testing

@testable import Deliveries

@Suite struct FetchingTests {
    @Test func `looking changes nothing but the trace`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let recipient = try await house.recipients(of: delivery)[0]
        let link = try await house.linkText(of: recipient)
        let visit = PageVisit(origin: RequestOrigin(clientAddress: "192.0.2.1", userAgent: "curl/8"), isHead: true)
        for _ in 0..<3 {
            let page = try await house.fetching.open(link, visit: visit)
            #expect(page.state == .open && page.isUnlocked && page.files.map(\.name) == ["Befund.pdf"])
            #expect(page.delivery.message == "Guten Tag" && page.visitor == nil)
            #expect(page.senderName == "Anna Muster" && page.recipient == recipient)
        }
        try await house.traces.flush()
        #expect(try await house.recipients(of: delivery)[0] == recipient)
        #expect(try await house.events(of: delivery) == [.sent])
        let status = try await house.overview.detail(of: delivery.id, for: house.sender.id).recipients[0]
        #expect(status.scannerVisits == 3 && status.openedAt == nil)
    }

    @Test func `the first act opens the delivery, once`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let first = try await house.fetching.act(link, cookie: nil)
        #expect(first.isNew)
        house.pass(60)
        let again = try await house.fetching.act(link, cookie: first.cookie)
        #expect(!again.isNew && again.visitor == first.visitor && again.cookie == first.cookie)
        let other = try await house.fetching.act(link, cookie: nil)
        #expect(other.isNew && other.cookie != first.cookie)
        #expect(try await house.recipients(of: delivery)[0].openedAt == DeliveryHouse.start.addingTimeInterval(1))
        #expect(try await house.events(of: delivery) == [.sent, .opened])
    }

    @Test func `damaged, unknown and replaced links are told apart`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let recipient = try await house.recipients(of: delivery)[0]
        let link = try await house.linkText(of: recipient)
        let fetching = house.fetching
        for damaged in [
            "", "abc", String(link.dropLast()), link + "A", "%3C" + link, link + String(repeating: ".", count: 9),
        ] {
            #expect(await code { try await fetching.open(damaged) } == .linkDamaged)
        }
        for tolerated in [link + ".", link + ">", link + "),"] {
            #expect(await code { try await fetching.open(tolerated) } == nil)
        }
        let unknown = Token(random: SeededRandomSource(seed: 1)).text
        #expect(await code { try await fetching.open(unknown) } == .notFound)
        try await house.actions.correctAddress(of: recipient.id, by: house.sender.id, to: "neu@x.example")
        #expect(await code { try await fetching.open(link) } == .linkReplaced)
    }

    @Test func `a password locks everything, and is throttled per link`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(
            form: DraftForm(recipients: "b@x.example", subject: "S", message: "M", password: "Lösungswort"))
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let fetching = house.fetching
        let page = try await fetching.open(link)
        #expect(page.needsPassword && page.files.isEmpty && page.delivery.message.isEmpty)
        #expect(page.delivery.passwordHash == nil)
        let known = try await fetching.act(link, cookie: nil)
        #expect(
            await code { try await fetching.grant(link, cookie: known.cookie, file: nil) } == .deliveryPasswordWrong)
        for _ in 0..<Fetching.passwordTries {
            let wrong = await code {
                try await fetching.givePassword(link, cookie: known.cookie, password: "falsch")
            }
            #expect(wrong == .deliveryPasswordWrong)
        }
        #expect(
            await code { try await fetching.givePassword(link, cookie: known.cookie, password: "Lösungswort") }
                == .throttled)
        house.pass(Fetching.passwordWindow + 1)
        // The same word, typed on a system that composes letters differently.
        let right = try await fetching.givePassword(link, cookie: known.cookie, password: "Lo\u{308}sungswort")
        #expect(try await fetching.open(link, cookie: right.cookie).isUnlocked)
        #expect(try await fetching.open(link).needsPassword)
        #expect(try await house.take(try await fetching.grant(link, cookie: right.cookie, file: nil)).count > 100)
    }

    @Test func `a code is mailed on asking, works once, here and now`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(form: DraftForm(recipients: "b@x.example", subject: "S", level: 2))
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let fetching = house.fetching
        #expect(try await fetching.open(link).needsCode)
        #expect(await code { try await fetching.giveCode(link, cookie: nil, typed: "123456") } == .codeNeeded)
        let asked = try await fetching.askCode(link, cookie: nil)
        let cookie = asked.known.cookie
        let entry = try #require(try await house.mails().last).entry
        #expect(entry.kind == .code && entry.isUrgent && entry.notAfter == asked.validUntil)
        #expect(asked.validUntil == house.now.addingTimeInterval(1_800))
        let digits = try await house.mailedCode()
        #expect(try await fetching.open(link, cookie: cookie).codeValidUntil == asked.validUntil)
        // Another browser cannot use it.
        #expect(await code { try await fetching.giveCode(link, cookie: nil, typed: digits) } == .codeNeeded)
        #expect(await code { try await fetching.grant(link, cookie: cookie, file: nil) } == .codeNeeded)
        let typed = digits.prefix(3) + " " + digits.suffix(3)
        let proven = try await fetching.giveCode(link, cookie: cookie, typed: String(typed))
        #expect(proven.visitor.provenAt == house.now)
        #expect(try await fetching.open(link, cookie: cookie).isUnlocked)
        house.pass(10 * 86_400)
        #expect(try await fetching.open(link, cookie: cookie).isUnlocked)
        #expect(try await house.events(of: delivery) == [.sent, .opened, .codeSent, .proven])
    }

    @Test func `a code stands five tries and thirty minutes`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(form: DraftForm(recipients: "b@x.example", subject: "S", level: 2))
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let fetching = house.fetching
        let cookie = try await fetching.askCode(link, cookie: nil).known.cookie
        let digits = try await house.mailedCode()
        let wrong = digits == "000000" ? "111111" : "000000"
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: "12") } == .codeWrong)
        for _ in 1..<Fetching.codeTries {
            #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: wrong) } == .codeWrong)
        }
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: wrong) } == .codeSpent)
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: digits) } == .codeSpent)
        house.pass(1)
        _ = try await fetching.askCode(link, cookie: cookie)
        let late = try await house.mailedCode()
        house.pass(1_800)
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: late) } == .codeSpent)
    }

    @Test func `each code of the last half hour works, and one uses up all`() async throws {
        for chosen in 0..<3 {
            let house = try await DeliveryHouse()
            let (link, codes, cookie) = try await house.mailedCodes(3)
            let fetching = house.fetching
            #expect(
                try await fetching.open(link, cookie: cookie).codeValidUntil == house.now.addingTimeInterval(1_800))
            let proven = try await fetching.giveCode(link, cookie: cookie, typed: codes[chosen])
            #expect(proven.visitor.provenAt == house.now)
            let stored = try await house.database.read { try $0.visits.codes(of: proven.visitor.id) }
            #expect(stored.count == 3 && stored.allSatisfy { $0.usedAt == house.now })
        }
    }

    @Test func `an older code runs out by itself while a newer one works`() async throws {
        let house = try await DeliveryHouse()
        let (link, codes, cookie) = try await house.mailedCodes(2)
        let fetching = house.fetching
        // The first was asked for a minute before the second.
        house.pass(1_740)
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: codes[0]) } == .codeWrong)
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: codes[1]) } == nil)
    }

    @Test func `no code is compared with more than five guesses`() async throws {
        let house = try await DeliveryHouse()
        let (link, codes, cookie) = try await house.mailedCodes(3)
        let fetching = house.fetching
        let wrong = try #require(["000000", "111111", "222222", "333333"].first { !codes.contains($0) })
        for _ in 1..<Fetching.codeTries {
            #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: wrong) } == .codeWrong)
        }
        // A fresh one has five tries of its own; with the next guess the first three are spent.
        house.pass(60)
        _ = try await fetching.askCode(link, cookie: cookie)
        let fresh = try await house.mailedCode()
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: wrong) } == .codeWrong)
        for spent in codes where spent != fresh {
            #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: spent) } == .codeWrong)
        }
        #expect(await code { try await fetching.giveCode(link, cookie: cookie, typed: fresh) } == nil)
    }

    @Test func `ten codes a day and no more`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent(form: DraftForm(recipients: "b@x.example", subject: "S", level: 2))
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let fetching = house.fetching
        for _ in 0..<Fetching.codesPerDay { _ = try await fetching.askCode(link, cookie: nil) }
        #expect(await code { try await fetching.askCode(link, cookie: nil) } == .codeLimit)
        #expect(try await house.mails().filter { $0.entry.kind == .code }.count == 10)
        house.pass(24 * 3600 + 1)
        #expect(await code { try await fetching.askCode(link, cookie: nil) } == nil)
    }

    @Test func `withdrawn, expired and removed say what is the case`() async throws {
        let house = try await DeliveryHouse()
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        let fetching = house.fetching
        house.pass(14 * 86_400)
        // The clock counts, not the clean-up.
        let expired = try await fetching.open(link)
        #expect(expired.state == .expired(canAsk: true, asked: false) && expired.files.isEmpty)
        #expect(await code { try await fetching.act(link, cookie: nil) } == .expired)
        #expect(try await fetching.askRenewal(link))
        #expect(try await fetching.askRenewal(link) == false)
        #expect(try await fetching.open(link).state == .expired(canAsk: false, asked: true))
        let mail = try #require(try await house.mails().last)
        #expect(mail.entry.kind == .renewalAsked && mail.entry.to == house.sender.email)
        #expect(mail.mail.references == [delivery.threadMessageID])
        house.pass(86_401)
        #expect(try await fetching.askRenewal(link))
        try await house.actions.withdraw(delivery.id, by: house.sender.id)
        #expect(try await fetching.open(link).state == .withdrawn)
        #expect(await code { try await fetching.askRenewal(link) } == .withdrawn)
        #expect(await code { try await fetching.act(link, cookie: nil) } == .withdrawn)
    }

    @Test func `a report reaches page and administrators once`() async throws {
        let house = try await DeliveryHouse()
        let now = house.now
        let admin = Account(
            id: Identifier(now: now, random: house.parts.random), email: try .init(parsing: "admin@kunde.example"),
            name: "Ada", isAdministrator: true, state: .active, language: .english, passwordHash: nil, createdAt: now)
        try await house.database.write { try $0.accounts.insert(admin) }
        let delivery = try await house.sent()
        let link = try await house.linkText(of: try await house.recipients(of: delivery)[0])
        #expect(try await house.fetching.report(link, words: "Ich kenne den Absender nicht."))
        #expect(try await house.fetching.report(link) == false)
        let mail = try #require(try await house.mails().last)
        #expect(mail.entry.kind == .reported && mail.entry.to == admin.email)
        #expect(mail.mail.plainText.contains("kenne den Absender nicht"))
        #expect(try await house.events(of: delivery).last == .reported)
    }
}
