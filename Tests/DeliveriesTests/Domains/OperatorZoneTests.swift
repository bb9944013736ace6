import DNS
import Foundation
import MailMessage
import MailTemplates
import SenderDomains
import Testing

@testable import Deliveries

@Suite struct OperatorZoneTests {
    static let zone = [
        "smtp.dkim-signing": "rsa", "domains.operator-zone": "keys.betreiber.example",
        "domains.update-server": "127.0.0.1:5354", "domains.update-key-name": "depesche",
        "domains.update-key": "c2VjcmV0",
    ]

    @Test func keysAreAliasesIntoTheZoneWhichGetsTheirTexts() async throws {
        let house = try await DomainHouse(settings: Self.zone)
        let key = try await house.add().keys[0]
        let target = "depesche1.kunde.example.keys.betreiber.example"
        #expect(key.publication == .cname(target: try #require(DNSName(target))))
        #expect(house.zone.texts == [target: try #require(key.publicRecord)])
        #expect(try await house.history().contains("record-published"))
    }

    @Test func withoutUpdatesAdministratorsAreToldWhatToPublish() async throws {
        let house = try await DomainHouse(
            settings: ["smtp.dkim-signing": "rsa", "domains.operator-zone": "keys.betreiber.example"])
        house.probe.find(.missing)
        let key = try await house.add().keys[0]
        let mail = try #require(try await house.mails(.domainState).first)
        let words = try house.text(of: mail)
        #expect(words.contains("depesche1.kunde.example.keys.betreiber.example"))
        let value = try #require(key.publicRecord).filter { !$0.isWhitespace }
        #expect(words.filter { !$0.isWhitespace }.contains(value))
    }

    @Test func afterNinetyDaysTheKeyChangesAndTwoNamesTakeTurns() async throws {
        let house = try await DomainHouse(settings: Self.zone)
        let name = try await house.add().domain
        let job = KeyRotationJob(house.parts)
        house.house.pass(89 * 86_400)
        _ = try await job.run(now: house.house.now)
        #expect(try await house.administration.domain(name).keys.count == 1)
        house.house.pass(86_400)
        _ = try await job.run(now: house.house.now)
        var domain = try await house.administration.domain(name)
        #expect(domain.keys.signing(.both).map(\.selector) == ["depesche2"])
        #expect(try await house.history().contains("rotated-by-itself"))
        // The old record goes by itself once no mail needs it, and nobody is told to remove anything.
        let told = try await house.mails(.domainState).count
        house.house.pass(5 * 86_400 + 601)
        domain = try await house.administration.check(name)
        #expect(domain.key("depesche1")?.phase == .retired)
        #expect(Array(house.zone.texts.keys) == ["depesche2.kunde.example.keys.betreiber.example"])
        #expect(try await house.mails(.domainState).count == told)
        let first = domain.key("depesche1")?.publicRecord
        house.house.pass(90 * 86_400)
        _ = try await job.run(now: house.house.now)
        domain = try await house.administration.domain(name)
        #expect(domain.keys.signing(.both).map(\.selector) == ["depesche1"])
        #expect(domain.key("depesche1")?.publicRecord != first)
        #expect(domain.keys.count == 2)
    }

    @Test func aRefusedUpdateIsToldOnceAndTriedAgain() async throws {
        let house = try await DomainHouse(settings: Self.zone)
        house.zone.refuse("REFUSED")
        house.probe.find(.missing)
        let name = try await house.add().domain
        #expect(try await house.history().contains("update-refused"))
        let told = try await house.mails(.domainState).count
        let job = KeyRotationJob(house.parts)
        _ = try await job.run(now: house.house.now)
        #expect(try await house.mails(.domainState).count == told)
        house.zone.refuse(nil)
        _ = try await job.run(now: house.house.now)
        #expect(house.zone.texts.count == 1)
        #expect(try await house.administration.domain(name).keys[0].phase == .pending)
    }

    @Test func aRemovedDomainLeavesNothingInTheZone() async throws {
        let house = try await DomainHouse(settings: Self.zone)
        let name = try await house.add().domain
        try await house.administration.remove(name, by: nil, origin: DomainHouse.origin)
        #expect(house.zone.texts.isEmpty)
    }

    @Test func domainsAreCheckedWhenTheyAreDue() async throws {
        let house = try await DomainHouse(settings: ["smtp.dkim-signing": "none"])
        try await house.add()
        try await house.add("zweite.example")
        let asked = house.probe.asked
        let job = DomainCheckJob(house.parts)
        let next = try await job.run(now: house.house.now)
        #expect(house.probe.asked == asked, "both were looked at just now")
        #expect(next.timeIntervalSince(house.house.now) == 60)
        house.house.pass(301)
        _ = try await job.run(now: house.house.now)
        #expect(house.probe.asked == asked + 2)
    }
}
