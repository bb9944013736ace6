import DNS
import MailMessage
import SenderDomains
import Testing

/// Keys that are published as aliases into the operator's zone, and keys of which only the selector is known.
@Suite struct DomainCheckAliasTests {
    func report(_ zone: KundeZone, _ keys: [DomainKey]) async throws -> DomainReport {
        await zone.check().report(on: try .kunde(keys), setup: .keysOnly)
    }

    func alias() throws -> DomainKey {
        .rsa(publication: .cname(target: try KundeZone.name("depesche1.kunde.example.dkim.betrieb.example")))
    }

    /// The domain's own servers know the alias, only the resolver knows what lies behind it.
    func zone(alias target: String, behind: String?) throws -> KundeZone {
        let zone = try KundeZone()
        let name = try KundeZone.name(KundeZone.selector)
        for server in [zone.one, zone.two, zone.resolver] {
            server.set(name, .cname, [.cname(try KundeZone.name(target))])
        }
        for server in [zone.one, zone.two] { server.fail(name, .txt, with: DNSFailure(.refused)) }
        if let behind { zone.resolver.set(try KundeZone.name(target), .txt, [.txt(behind)]) }
        return zone
    }

    @Test func anAliasToTheKey() async throws {
        let zone = try zone(alias: "depesche1.kunde.example.dkim.betrieb.example", behind: KundeZone.rsa)
        let report = try await report(zone, [alias()])
        #expect(report.findings(.dkim).map(\.diagnosis) == [.ok])
        #expect(report.findings(.dkim).map(\.record.type) == [.cname])
        #expect(report.dkim == .yes)
    }

    @Test func anAliasToNothing() async throws {
        let target = "depesche1.kunde.example.dkim.betrieb.example"
        let report = try await report(try zone(alias: target, behind: nil), [alias()])
        #expect(report.findings(.dkim).map(\.diagnosis) == [.targetMissing(target: try KundeZone.name(target))])
    }

    @Test func anAliasElsewhere() async throws {
        let report = try await report(
            try zone(alias: "alt.betrieb.example", behind: KundeZone.otherRSA), [alias()])
        #expect(
            report.findings(.dkim).map(\.diagnosis) == [.wrongTarget(found: try KundeZone.name("alt.betrieb.example"))])
    }

    static let nextAliases: [(String?, RecordDiagnosis)] = [
        ("depesche2.kunde.example.dkim.betrieb.example", .ok), (nil, .missing),
        ("alt.betrieb.example", .wrongTarget(found: DNSName("alt.betrieb.example") ?? .root)),
    ]

    @Test(arguments: nextAliases)
    func theAliasOfTheNextKeyLeadsToNothingYet(_ target: String?, _ diagnosis: RecordDiagnosis) async throws {
        let zone = try zone(alias: "depesche1.kunde.example.dkim.betrieb.example", behind: KundeZone.rsa)
        if let target {
            for server in [zone.one, zone.two, zone.resolver] {
                let name = try KundeZone.name("depesche2._domainkey.kunde.example")
                server.set(name, .cname, [.cname(try KundeZone.name(target))])
            }
        }
        let setup = DomainSetup(signing: .rsa, operatorZone: try KundeZone.name("dkim.betrieb.example"))
        let domain = Changing(try .kunde([try alias()]))
        let report = await zone.check().report(on: domain.value, setup: setup)
        #expect(report.findings(.nextKey).map(\.diagnosis) == [diagnosis])
        // It is no key: the domain works with it and without.
        #expect(domain.received(report, setup: setup, now: .start).contains(.becameVerified))
        #expect(domain.keys.map(\.selector) == ["depesche1"])
    }

    @Test func aTextWhereAnAliasWasPlannedIsRightIfItIsTheKey() async throws {
        let zone = try KundeZone()
        try zone.publish(KundeZone.selector, KundeZone.rsa)
        #expect(try await report(zone, [alias()]).findings(.dkim).map(\.diagnosis) == [.ok])
    }

    @Test func anAliasWhereATextWasPlannedIsRightIfItLeadsToTheKey() async throws {
        let zone = try zone(alias: "irgendwo.example", behind: KundeZone.rsa)
        #expect(try await report(zone, [.rsa()]).findings(.dkim).map(\.diagnosis) == [.ok])
    }

    @Test func aToldSelectorIsRightWithAnyGoodKeyAndTheKeyIsLearned() async throws {
        let zone = try KundeZone()
        try zone.publish("betrieb._domainkey.kunde.example", KundeZone.ed25519)
        let report = try await report(zone, [.told()])
        #expect(report.dkim == .yes)
        #expect(report.learned == ["betrieb": .init(type: .ed25519, record: KundeZone.ed25519)])
        let domain = Changing(try .kunde([.told()]))
        let events = domain.received(report, setup: .keysOnly, now: .start)
        #expect(domain.keys.first?.type == .ed25519 && domain.keys.first?.phase == .active)
        // Its record may stand in the zones of all of the operator's customers, so control is still to be proven.
        #expect(
            domain.state == .pending && events == [.keySeen(selector: "betrieb"), .keyActivated(selector: "betrieb")])
        #expect(domain.proveControl(by: .postmaster, now: .start) == [.controlProven(.postmaster)])
        #expect(domain.received(report, setup: .keysOnly, now: .start) == [.becameVerified])
    }
}
