import DNS
import Foundation
import MailMessage
import MailTemplates
import Secrets
import SenderDomains
import Storage
import Testing

@testable import Deliveries

@Suite struct DomainAdministrationTests {
    @Test func aDomainGetsKeysAndIsCheckedAtOnce() async throws {
        let house = try await DomainHouse()
        let domain = try await house.add()
        #expect(domain.keys.map(\.selector) == ["depesche1", "depesche1e"])
        #expect(domain.keys.map(\.type) == [.rsa, .ed25519])
        #expect(domain.keys.allSatisfy { $0.signs && $0.publicRecord?.hasPrefix("v=DKIM1; k=") == true })
        #expect(domain.state == .verified)
        #expect(
            try await house.history() == [
                "added", "key-seen", "key-activated", "key-seen", "key-activated", "control-proven", "verified",
            ])
        #expect(try await house.audit() == ["domain-added"])
        let mails = try await house.mails(.domainState)
        #expect(mails.map(\.to.wireForm) == ["chef@kunde.example"])
        #expect(try house.text(of: mails[0]).contains("/admin/domains/kunde.example"))
        let again = await refused { try await house.add() }
        #expect(again?.fields == [FieldError("domain", "domain-taken")])
    }

    @Test func waitingMailIsReleasedTogether() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        let now = house.house.now
        let rows = try await house.house.database.write { transaction in
            var rows = try transaction.outbox.entries(OutboxFilter(), offset: 0, limit: 1)
            rows[0].state = .held
            rows[0].heldFor = name
            try transaction.outbox.update(rows[0])
            return rows
        }
        #expect(try await house.administration.detail(name).held == 1)
        try await house.administration.releaseHeld(for: name, by: house.boss.id, origin: DomainHouse.origin)
        let row = try #require(try await house.house.database.read { try $0.outbox.entry(rows[0].id) })
        #expect(row.state == .queued && row.isReleased && row.heldFor == nil && row.nextAttemptAt == now)
        #expect(try await house.administration.detail(name).held == 0)
        #expect(try await house.history().last == "mail-released")
        #expect(try await house.audit().last == "domain-mail-released")
        // Nothing waits any more, so nothing is noted.
        try await house.administration.releaseHeld(for: name, by: house.boss.id, origin: DomainHouse.origin)
        #expect(try await house.audit().filter { $0 == "domain-mail-released" }.count == 1)
    }

    @Test func privateKeysAreSealedForTheirDomainAndSelector() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let domain = try await house.add()
        let key = domain.keys[0]
        let message = ["From: anna@kunde.example\r\nSub", "ject: Hallo\r\n\r\nTe", "xt\r\n"].map { Data($0.utf8) }
        let whole = Data(message.joined())
        let (vault, now) = (house.parts.keyVault, house.house.now)
        let fields = try await vault.fields(
            chunks: 1, chunk: { _ in whole }, for: domain.domain, with: [key], now: now)
        #expect(String(decoding: fields, as: UTF8.self).hasPrefix("DKIM-Signature: v=1;"))
        #expect(
            try await vault.fields(chunks: 3, chunk: { message[$0] }, for: domain.domain, with: [key], now: now)
                == fields, "in pieces it is signed as in one")
        // Neither a vault that has opened the key before nor a fresh one takes it for another domain.
        let other = try house.domain("anderer.example")
        let fresh = DomainKeyVault(keys: house.house.parts.keys)
        for vault in [vault, fresh] {
            let error = await refused {
                _ = try await vault.fields(chunks: 1, chunk: { _ in whole }, for: other, with: [key], now: now)
            }
            #expect(error?.code == .trouble)
        }
    }

    @Test func aBrokenDomainIsConfirmedThenToldOnceAndHealed() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        house.probe.find(.missing)
        #expect(try await house.administration.check(name).state == .verified, "one look is not enough")
        house.house.pass(120)
        #expect(try await house.administration.check(name).state == .degraded)
        house.house.pass(120)
        _ = try await house.administration.check(name)
        let mails = try await house.mails(.domainState)
        #expect(mails.count == 2, "verified, then degraded, once")
        let words = try house.text(of: mails[1])
        #expect(words.contains("depesche1._domainkey.kunde.example") && words.contains("Versender-E-Mail-Adresse"))
        house.probe.find(.ok)
        #expect(try await house.administration.check(name).state == .verified)
        #expect(try await house.mails(.domainState).count == 3)
        #expect(try await Array(house.history().suffix(2)) == ["degraded", "healed"])
    }

    @Test func resolverTroubleChangesNothing() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        house.probe.find(.resolverTrouble([ServerTrouble(server: "ns1.kunde.example", code: .timeout)]))
        for _ in 0..<3 {
            house.house.pass(300)
            #expect(try await house.administration.check(name).state == .verified)
        }
        #expect(try await house.mails(.domainState).count == 1)
    }

    @Test func aNewKeySignsOnlyOnceItIsSeen() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        house.probe.see(["depesche1"])
        var domain = try await house.administration.rotate(
            name, .planned, by: house.boss.id, origin: DomainHouse.origin)
        #expect(domain.keys.signing(.both).map(\.selector) == ["depesche1"])
        house.probe.see(nil)
        domain = try await house.administration.check(name)
        #expect(domain.keys.signing(.both).map(\.selector) == ["depesche2"])
        #expect(domain.key("depesche1")?.phase == .retiring)
        // Five days and a TTL later nobody needs the old key.
        house.house.pass(5 * 86_400 + 601)
        domain = try await house.administration.check(name)
        #expect(domain.key("depesche1")?.phase == .retired)
        // The records on the page say so in the same moment, not only after the next look.
        let records = try #require(domain.lastReport?.plan.records)
        #expect(records.first { $0.selector == "depesche1" }?.requirement == .removable)
        let told = try await house.mails(.domainState)
        #expect(try house.text(of: try #require(told.last)).contains("depesche1._domainkey.kunde.example"))
        try await house.administration.forgetKey(
            "depesche1", of: name, by: house.boss.id, origin: DomainHouse.origin)
        #expect(try await house.administration.domain(name).keys.map(\.selector) == ["depesche2"])
        #expect(try await house.audit().suffix(2) == ["domain-keys-rotated", "domain-key-forgotten"])
    }

    @Test func inAnEmergencyTheOldKeySignsNoMore() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        house.probe.see([])
        let domain = try await house.administration.rotate(
            name, .emergency, by: house.boss.id, origin: DomainHouse.origin)
        #expect(domain.keys.signing(.both).isEmpty)
        #expect(domain.key("depesche1")?.isCompromised == true)
        #expect(try await house.history().contains("rotated-in-emergency"))
    }

    @Test func aKeyOfAnEarlierSystemIsTakenOver() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """
        let domain = try await house.administration.importKey(
            pem, selector: "Alt", for: name, by: house.boss.id, origin: DomainHouse.origin)
        let key = try #require(domain.key("alt"))
        #expect(key.origin == .imported && key.type == .ed25519 && key.signs)
        #expect(key.publicRecord?.hasSuffix("p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=") == true)
        let bad = await refused {
            _ = try await house.administration.importKey(
                "Hallo", selector: "x", for: name, by: nil, origin: DomainHouse.origin)
        }
        #expect(bad?.fields == [FieldError("key", "key-not-readable")])
        let twice = await refused {
            _ = try await house.administration.importKey(
                pem, selector: "alt", for: name, by: nil, origin: DomainHouse.origin)
        }
        #expect(twice?.fields == [FieldError("selector", "selector-taken")])
    }

    @Test func aHandOverLinkShowsTheDomainUntilItIsRevoked() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "rsa"])
        let name = try await house.add().domain
        let first = try await house.administration.makeHandOver(
            for: name, by: house.boss.id, origin: DomainHouse.origin)
        let token = try await house.administration.makeHandOver(
            for: name, by: house.boss.id, origin: DomainHouse.origin)
        #expect(await refused { _ = try await house.administration.handedOver(first) }?.code == .linkSpent)
        let asked = house.probe.asked
        for _ in 0..<3 { #expect(try await house.administration.handedOver(token).domain.domain == name) }
        #expect(house.probe.asked == asked, "the last check is fresh")
        house.house.pass(61)
        for _ in 0..<3 { _ = try await house.administration.handedOver(token) }
        #expect(house.probe.asked == asked + 1, "one look-up a minute")
        let link = try #require(try await house.administration.detail(name).handOver)
        #expect(try house.administration.token(of: link) == token)
        house.house.pass(HandOver.lifetime)
        #expect(await refused { _ = try await house.administration.handedOver(token) }?.code == .linkSpent)
        let third = try await house.administration.makeHandOver(for: name, by: nil, origin: DomainHouse.origin)
        try await house.administration.revokeHandOver(of: name, by: house.boss.id, origin: DomainHouse.origin)
        #expect(await refused { _ = try await house.administration.handedOver(third) }?.code == .linkSpent)
    }

    @Test func thePostmasterConfirmsOnce() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "none"])
        let name = try await house.add().domain
        #expect(try await !house.administration.domain(name).control.isProven)
        try await house.administration.askPostmaster(of: name, by: house.boss, origin: DomainHouse.origin)
        let mail = try #require(try await house.mails(.domainControl).first)
        #expect(mail.to.wireForm == "postmaster@kunde.example")
        let words = try house.text(of: mail)
        let start = try #require(words.range(of: "/postmaster/"))
        let token = try #require(Token(text: String(words[start.upperBound...].prefix(22))))
        #expect(await refused { _ = try await house.administration.handedOver(token) }?.code == .linkSpent)
        #expect(try await house.administration.confirmControl(token, origin: DomainHouse.origin) == name)
        #expect(try await house.administration.domain(name).control.method == .postmaster)
        let again = await refused {
            _ = try await house.administration.confirmControl(token, origin: DomainHouse.origin)
        }
        #expect(again?.code == .linkSpent)
        try await house.administration.askPostmaster(of: name, by: house.boss, origin: DomainHouse.origin)
        let flood = await refused {
            try await house.administration.askPostmaster(of: name, by: house.boss, origin: DomainHouse.origin)
        }
        #expect(flood?.code == .throttled)
    }

    @Test func whatIsTypedIsJudgedBeforeAnythingIsChanged() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "none"])
        let (entry, look) = try await house.administration.look("https://Kunde.example/impressum")
        #expect(entry.domain.ascii == "kunde.example" && look.domain == entry.domain)
        try await house.add()
        for (typed, expected) in [
            ("anna@kunde.example", DomainRefusal.alreadyThere), ("nirgends.example", .noSuchDomain),
            ("co.example", .publicSuffix(domain: "co.example")), ("", .empty),
        ] {
            await #expect(throws: expected) { try await house.administration.look(typed) }
        }
    }

    @Test func accountsSuggestTheirDomains() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "none"])
        #expect(try await house.administration.accountDomains().map(\.domain.ascii) == ["kunde.example"])
        #expect(try await house.administration.accountDomains().map(\.accounts) == [2])
        try await house.add()
        #expect(try await house.administration.accountDomains().isEmpty)
        try await house.administration.remove(
            try house.domain(), by: house.boss.id, origin: DomainHouse.origin)
        #expect(try await house.administration.list().isEmpty)
        #expect(try await house.history().last == "removed")
    }
}
