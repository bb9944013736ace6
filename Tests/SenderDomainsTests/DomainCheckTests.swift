import DNS
import Foundation
import MailMessage
import SenderDomains
import Testing

/// Each wrong state of a DKIM record has its own diagnosis.
@Suite struct DomainCheckTests {
    func diagnosis(
        _ zone: KundeZone, _ domain: SenderDomain? = nil, setup: DomainSetup = .keysOnly, at time: Date = .start
    ) async throws -> RecordDiagnosis? {
        let domain = try domain ?? .kunde()
        let report = await zone.check(at: time).report(on: domain, setup: setup)
        return report.findings(.dkim).first?.diagnosis
    }

    @Test func aRightKeyIsFoundEverywhere() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        let report = await zone.check().report(on: try .kunde(), setup: .keysOnly)
        #expect(report.findings(.dkim).map(\.diagnosis) == [.ok])
        #expect(report.dkim == .yes && report.spf == .no)
        #expect(report.servers.map(\.name.description) == ["ns1.kunde.example", "ns2.kunde.example"])
        #expect(report.servers.allSatisfy { $0.trouble == nil && $0.address != nil })
        #expect(!report.isInconclusive && report.troubles.isEmpty)
        #expect(zone.one.count(try KundeZone.name(KundeZone.selector), .txt) == 1)
    }

    @Test func theSpellingOfAKeyDoesNotMatter() async throws {
        let zone = try KundeZone()
        let spelt = "p=" + (KundeZone.rsa.components(separatedBy: "p=").last ?? "") + " ; n=note;"
        try zone.publish(KundeZone.selector, spelt)
        #expect(try await diagnosis(zone) == .ok)
    }

    @Test func aMissingKey() async throws {
        #expect(try await diagnosis(try KundeZone()) == .missing)
    }

    @Test func aPanelThatDoublesTheName() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector + ".kunde.example", KundeZone.rsa)
        #expect(
            try await diagnosis(zone) == .nameDoubled(at: try KundeZone.name(KundeZone.selector + ".kunde.example")))
    }

    @Test func aKeyThatThePanelCutOff() async throws {
        let zone = try KundeZone()
        let cut = String(KundeZone.rsa.prefix(255))
        try zone.publish(KundeZone.selector, cut)
        #expect(try await diagnosis(zone) == .truncated(found: cut))
    }

    @Test func twoKeysAtOneName() async throws {
        let zone = try KundeZone()
        try zone.set(KundeZone.selector, .txt, [.txt(KundeZone.rsa), .txt(KundeZone.otherRSA)])
        #expect(try await diagnosis(zone) == .twoRecords(found: [KundeZone.rsa, KundeZone.otherRSA]))
    }

    @Test func anotherKey() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.otherRSA)
        #expect(try await diagnosis(zone) == .wrongKey(found: KundeZone.otherRSA))
        try zone.publish(KundeZone.selector, KundeZone.ed25519)
        #expect(try await diagnosis(zone) == .wrongKey(found: KundeZone.ed25519))
    }

    @Test func aKeyOf512Bits() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.shortRSA)
        #expect(try await diagnosis(zone) == .weakKey(bits: 512))
        #expect(try await diagnosis(zone, try .kunde([.told("depesche1")])) == .weakKey(bits: 512))
    }

    @Test func aRevokedKey() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, "v=DKIM1; k=rsa; p=")
        #expect(try await diagnosis(zone) == .revoked)
    }

    @Test func quotesOfThePanelWithinTheText() async throws {
        let zone = try KundeZone()
        let quoted = "\"\(KundeZone.rsa.prefix(200))\"\"\(KundeZone.rsa.dropFirst(200))\""
        try zone.publish(KundeZone.selector, quoted)
        #expect(try await diagnosis(zone) == .mangled(found: quoted))
    }

    @Test(arguments: ["hello", "v=DKIM2; p=AAAA", "v=DKIM1", "v=DKIM1; k=rsa; p=%%%", "=;=;=", "\u{0}\u{1}", ";;;;"])
    func somethingThatIsNoKey(text: String) async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, text)
        #expect(try await diagnosis(zone) == .wrongValue(found: text))
    }

    @Test func aKeyThatIsNotForMail() async throws {
        let zone = try KundeZone()
        let text = KundeZone.rsa.replacing("k=rsa;", with: "k=rsa; s=tlsrpt;")
        try zone.publish(KundeZone.selector, text)
        #expect(try await diagnosis(zone) == .wrongValue(found: text))
    }

    @Test func anOldAnswerThatTheResolverRemembers() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        let name = try KundeZone.name(KundeZone.selector)
        zone.resolver.set(name, .txt, [.txt(KundeZone.otherRSA)], ttl: 420)
        #expect(try await diagnosis(zone) == .oldValueCached(secondsLeft: 420))
        // "There is none" is remembered too: for as long as the zone says.
        zone.resolver.remove(name)
        #expect(try await diagnosis(zone) == .oldValueCached(secondsLeft: 300))
    }

    @Test func aServerThatDoesNotHaveItYet() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        zone.two.remove(try KundeZone.name(KundeZone.selector))
        let report = await zone.check().report(on: try .kunde(), setup: .keysOnly)
        #expect(report.findings(.dkim).map(\.diagnosis) == [.notAtAllServers(missing: ["ns2.kunde.example"])])
        #expect(report.dkim == .no)
    }

    @Test func aServerThatDoesNotAnswerIsNamedAndHoldsANewKeyBack() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        for name in [KundeZone.selector, "_depesche-challenge.kunde.example"] {
            zone.two.fail(try KundeZone.name(name), with: DNSFailure(.timeout))
        }
        let report = await zone.check().report(on: try .kunde(), setup: .keysOnly)
        let trouble = ServerTrouble(server: "ns2.kunde.example", code: .timeout)
        #expect(report.findings(.dkim).map(\.diagnosis) == [.resolverTrouble([trouble])])
        #expect(report.troubles == [trouble] && report.dkim == .unknown && report.isInconclusive)
        #expect(report.servers.map(\.trouble) == [nil, .timeout])
        // After a day a dead server counts as gone: receivers do not reach it either.
        #expect(try await diagnosis(zone, at: .start.days(1)) == .ok)
    }

    @Test func aServerThatDoesNotAnswerDoesNotHarmAKeyThatSigns() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        let domain = Changing(try .kunde())
        _ = domain.received(
            await zone.check().report(on: domain.value, setup: .keysOnly), setup: .keysOnly, now: .start)
        zone.two.fail(try KundeZone.name(KundeZone.selector), with: DNSFailure(.refused))
        #expect(try await diagnosis(zone, domain.value) == .ok)
    }

    @Test func whereNoServerCanBeReachedTheResolverStandsIn() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        for server in [zone.one, zone.two] {
            server.fail(try KundeZone.name(KundeZone.selector), with: DNSFailure(.unreachable))
        }
        #expect(try await diagnosis(zone) == .ok)
        zone.resolver.remove(try KundeZone.name(KundeZone.selector))
        // But it cannot prove that something is missing.
        let troubles = ["ns1.kunde.example", "ns2.kunde.example"].map { ServerTrouble(server: $0, code: .unreachable) }
        #expect(try await diagnosis(zone) == .resolverTrouble(troubles))
    }

    @Test func aResolverThatIsInTrouble() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        zone.resolver.fail(try KundeZone.name(KundeZone.selector), .txt, with: DNSFailure(.serverFailure))
        #expect(
            try await diagnosis(zone)
                == .resolverTrouble([ServerTrouble(server: ServerTrouble.resolver, code: .serverFailure)]))
        zone.resolver.fail(try KundeZone.name("kunde.example"), with: DNSFailure(.timeout))
        let report = await zone.check().report(on: try .kunde(), setup: .keysOnly)
        #expect(report.findings.contains { $0.diagnosis.code == "resolver-trouble" } && report.isInconclusive)
        #expect(report.dkim == .unknown)
    }

    @Test func aZoneThatIsSignedWrongly() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        zone.resolver.fail(try KundeZone.name(KundeZone.selector), with: DNSFailure(.bogus))
        #expect(try await diagnosis(zone) == .bogus)
        zone.resolver.fail(try KundeZone.name("kunde.example"), with: DNSFailure(.bogus))
        #expect(try await diagnosis(zone) == .bogus)
    }

    @Test func aDomainThatDoesNotExist() async throws {
        let domain = SenderDomain(
            domain: try MailDomain(parsing: "kumde.example"), keys: [.rsa()], controlToken: "t", now: .start)
        #expect(try await diagnosis(try KundeZone(), domain) == .noSuchDomain)
    }

    @Test func aSubdomainWithoutRecordsOfItsOwnIsADomainAllTheSame() async throws {
        let domain = SenderDomain(
            domain: try MailDomain(parsing: "post.kunde.example"), keys: [.rsa()], controlToken: "t", now: .start)
        let zone = try KundeZone()
        #expect(try await diagnosis(zone, domain) == .missing)
        try zone.publish("depesche1._domainkey.post.kunde.example", KundeZone.rsa)
        let report = await zone.check().report(on: domain, setup: .keysOnly)
        #expect(report.findings(.dkim).map(\.diagnosis) == [.ok])
        #expect(report.findings(.dkim).map(\.record.relativeName) == ["depesche1._domainkey.post"])
    }

    @Test func serversAtForbiddenAddressesAreNotAsked() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        let address = try #require(IPAddress("127.0.0.1"))
        zone.resolver.set(try KundeZone.name("ns2.kunde.example"), .a, [.a(address)])
        let report = await zone.check().report(on: try .kunde(), setup: .keysOnly)
        #expect(report.servers.map(\.trouble) == [nil, .unreachable])
        #expect(zone.two.questions.isEmpty)
    }

    @Test func aKeyZoneOfItsOwnIsAskedAtItsOwnServers() async throws {
        let zone = try KundeZone(
            """
            _domainkey.kunde.example   SOA ns2.kunde.example. host.kunde.example. 1 1 1 1 300
            _domainkey.kunde.example   NS  ns2.kunde.example.
            """)
        let name = try KundeZone.name(KundeZone.selector)
        zone.two.set(name, .txt, [.txt(KundeZone.rsa)])
        zone.resolver.set(name, .txt, [.txt(KundeZone.rsa)])
        let report = await zone.check().report(on: try .kunde(), setup: .keysOnly)
        #expect(report.findings(.dkim).map(\.diagnosis) == [.ok])
        #expect(report.findings(.dkim).map(\.record.relativeName) == ["depesche1"])
    }
}
