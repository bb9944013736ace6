import DNS
import MailMessage
import SenderDomains
import Testing

/// A record is called required only if the installation, as it is set up, makes it count.
@Suite struct RecordPlanTests {
    func plan(
        _ setup: DomainSetup, _ keys: [DomainKey] = [.rsa(), .ed25519()], live: LiveRecords? = nil
    ) throws -> RecordPlan {
        try #require(RecordPlan(for: try .kunde(keys), setup: setup, live: live))
    }

    func requirement(
        _ purpose: DomainRecord.Purpose, _ setup: DomainSetup, _ keys: [DomainKey] = [.rsa(), .ed25519()]
    ) throws -> DomainRecord.Requirement? {
        try plan(setup, keys).records.first { $0.purpose == purpose }?.requirement
    }

    static let include = "_spf.provider.example"

    @Test func theReturnPathDecidesWhetherSPFCounts() throws {
        let account = DomainSetup(returnPath: .account, spfInclude: Self.include)
        #expect(try requirement(.spf, account) == .required)
        #expect(try requirement(.bounceMX, account) == nil)
        #expect(try requirement(.spf, DomainSetup(returnPath: .account)) == .notNeeded(.noInclude))
        #expect(
            try requirement(.spf, DomainSetup(returnPath: .own, spfInclude: Self.include))
                == .notNeeded(.returnPathIsOwn))
        let subdomain = DomainSetup(
            returnPath: .subdomain, bounceHost: try KundeZone.name("mx.depesche.example"), spfInclude: Self.include)
        #expect(try requirement(.spf, subdomain) == .notNeeded(.returnPathIsSubdomain))
        #expect(try requirement(.bounceMX, subdomain) == .required)
        #expect(try requirement(.bounceSPF, subdomain) == .recommended)
        var unsigned = subdomain
        unsigned.signing = .none
        #expect(try requirement(.bounceSPF, unsigned, []) == .required)
    }

    @Test func keysCountIfTheySign() throws {
        let records = try plan(.keysOnly).records.filter { $0.purpose == .dkim }
        #expect(records.map(\.requirement) == [.required, .recommended])
        #expect(records.map(\.relativeName) == ["depesche1._domainkey", "depesche1e._domainkey"])
        #expect(records.map(\.absoluteName).first == "depesche1._domainkey.kunde.example.")
        #expect(records.first?.value == KundeZone.rsa && records.first?.ttl == 600)
        #expect(try requirement(.dkim, .spfOnly) == .notNeeded(.notSigning))
        #expect(try requirement(.dkim, .spfOnly, [.told()]) == .required)
    }

    @Test func withAliasesTheNextOnesAreShownInAdvance() throws {
        let zone = try KundeZone.name("dkim.betrieb.example")
        let alias = DomainKey.rsa(
            publication: .cname(target: try KundeZone.name("depesche1.kunde.example.dkim.betrieb.example")))
        let records = try plan(DomainSetup(signing: .rsa, operatorZone: zone), [alias]).records
        let next = try #require(records.first { $0.purpose == .nextKey })
        #expect(records.filter { $0.purpose == .nextKey }.count == 1)
        #expect(next.relativeName == "depesche2._domainkey" && next.type == .cname && next.requirement == .recommended)
        #expect(next.value == "depesche2.kunde.example.dkim.betrieb.example.")
        // Who publishes texts changes the zone at each rotation anyway.
        #expect(try plan(DomainSetup(operatorZone: zone), [.rsa()]).records.allSatisfy { $0.purpose != .nextKey })
        #expect(try plan(.keysOnly, [alias]).records.allSatisfy { $0.purpose != .nextKey })
    }

    @Test func whatNoRecordCanHelp() throws {
        #expect(try plan(DomainSetup(returnPath: .own, signing: .none), []).obstacle == .nothingAligns)
        #expect(try plan(DomainSetup(signing: .none), []).obstacle == .noInclude)
        #expect(try plan(.keysOnly, []).obstacle == .noKey)
        #expect(try plan(.keysOnly).obstacle == nil && plan(.spfOnly, []).obstacle == nil)
        #expect(try plan(DomainSetup(returnPath: .own, signing: .none), [.told()]).obstacle == nil)
    }

    @Test func anIncludeIsTakenAsItIs() throws {
        #expect(
            try plan(DomainSetup(spfInclude: "_SPF.Provider.example")).spf?.after
                == "v=spf1 include:_SPF.Provider.example ~all")
    }

    @Test func namesAreRelativeToTheZoneNotTheDomain() throws {
        let zone = try KundeZone.name("example")
        let records = try plan(.keysOnly, live: LiveRecords(zone: zone)).records
        #expect(records.first?.relativeName == "depesche1._domainkey.kunde")
        let apex = DomainRecord(
            purpose: .spf, requirement: .required, name: zone, zone: zone, type: .txt, value: "", ttl: 600)
        #expect(apex.relativeName == "@" && apex.absoluteName == "example.")
    }

    @Test func severalSPFRecordsBecomeOne() throws {
        let live = LiveRecords(
            zone: try KundeZone.name("kunde.example"),
            spf: ["v=spf1 mx a -all", "v=spf1 a include:andere.example ~all"])
        let plan = try plan(DomainSetup(spfInclude: Self.include), live: live)
        #expect(plan.spf?.after == "v=spf1 mx a include:andere.example include:_spf.provider.example -all")
        #expect(plan.records.first { $0.purpose == .spf }?.replaces == live.spf)
    }

    @Test func aRecordThatNobodyCanReadIsNotChanged() throws {
        let live = LiveRecords(zone: try KundeZone.name("kunde.example"), spf: ["v=spf1 include: -all"])
        #expect(try plan(DomainSetup(spfInclude: Self.include), live: live).spf == nil)
    }

    @Test func whatIsThereAlreadyIsNoChange() throws {
        let text = "v=spf1 include:_spf.provider.example -all"
        let live = LiveRecords(zone: try KundeZone.name("kunde.example"), spf: [text], spfLookups: 4, includeLookups: 1)
        let plan = try plan(DomainSetup(spfInclude: Self.include), live: live)
        #expect(plan.spf?.isChange == false && plan.spf?.after == text && plan.spf?.lookupsAfter == 4)
        #expect(plan.records.first { $0.purpose == .spf }?.replaces == [])
    }

    @Test func theOperatorsRecords() throws {
        let zone = try KundeZone.name("dkim.betrieb.example")
        let domain = try MailDomain(parsing: "kunde.example")
        let target = try #require(OperatorRecords.target(selector: "depesche1", domain: domain, zone: zone))
        #expect(target.description == "depesche1.kunde.example.dkim.betrieb.example")
        let long = try MailDomain(
            parsing: Array(repeating: String(repeating: "a", count: 60), count: 4).joined(separator: "."))
        #expect(OperatorRecords.target(selector: "depesche1", domain: long, zone: zone) == nil)
        let records = OperatorRecords.keys(
            of: try .kunde([.rsa(publication: .cname(target: target)), .ed25519()]), ttl: 60)
        #expect(records == [DNSRecord(target, ttl: 60, .txt(KundeZone.rsa))])
        let addresses = ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.2"].compactMap { IPAddress($0) }
        #expect(
            OperatorRecords.spfText(addresses: addresses) == "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ip4:192.0.2.2 -all")
    }
}
