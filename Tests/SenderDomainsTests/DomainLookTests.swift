import DNS
import MailAuth
import MailMessage
import SenderDomains
import Testing

@Suite struct DomainLookTests {
    func look(_ zone: KundeZone, at domain: String = "kunde.example") async throws -> DomainLook {
        await zone.check().look(at: try MailDomain(parsing: domain), setup: .keysOnly)
    }

    @Test func allThatIsThere() async throws {
        let zone = try KundeZone(
            """
            kunde.example           MX  20 mail2.kunde.example.
            kunde.example           TXT "v=spf1 mx include:_spf.depesche.example -all"
            _dmarc.kunde.example    TXT "v=DMARC1; p=quarantine"
            """)
        try zone.publish("selector1._domainkey.kunde.example", KundeZone.otherRSA)
        let look = try await look(zone)
        #expect(look.exists == .yes && look.zone?.description == "kunde.example")
        #expect(look.nameServers.map(\.description) == ["ns1.kunde.example", "ns2.kunde.example"])
        #expect(look.mail == .hosts(try ["mail.kunde.example", "mail2.kunde.example"].map(KundeZone.name)))
        #expect(look.spf == .good(text: "v=spf1 mx include:_spf.depesche.example -all", lookups: 2))
        #expect(
            look.dmarcCode == "quarantine" && look.keys == [.init(selector: "selector1", type: .rsa, isAlias: false)])
        #expect(look.troubles.isEmpty && zone.one.questions.isEmpty)
    }

    @Test func nothingIsThere() async throws {
        let look = try await look(try KundeZone())
        #expect(look.spf == DomainLook.SPF.none && look.dmarcCode == "absent" && look.keys.isEmpty)
    }

    @Test func aDomainThatTakesNoMail() async throws {
        let zone = try KundeZone()
        zone.resolver.set(try KundeZone.name("kunde.example"), .mx, [.mx(preference: 0, exchange: .root)])
        #expect(try await look(zone).mail == .refused)
    }

    @Test func aDomainThatDoesNotExist() async throws {
        let look = try await look(try KundeZone(), at: "kumde.example")
        #expect(look.exists == .no && look.zone == nil && look.nameServers.isEmpty)
    }

    @Test func whatCouldNotBeFoundOutIsNotCalledMissing() async throws {
        let zone = try KundeZone()
        for name in ["kunde.example", "_dmarc.kunde.example"] {
            zone.resolver.fail(try KundeZone.name(name), .txt, with: DNSFailure(.timeout))
        }
        let look = try await look(zone)
        #expect(look.spfCode == "unknown" && look.dmarcCode == "unknown" && look.exists == .unknown)
        #expect(look.troubles == [ServerTrouble(server: ServerTrouble.resolver, code: .timeout)])
    }

    @Test func brokenSPFRecordsAreToldApart() async throws {
        let zone = try KundeZone()
        for (texts, code) in [
            (["v=spf1 -all", "v=spf1 mx -all"], "several"), (["v=spf1 include: -all"], "broken"),
            (["v=spf1 include:kunde.example -all"], "broken"),
            (["v=spf1 " + (1...11).map { "a:a\($0).example" }.joined(separator: " ")], "too-many"),
        ] {
            try zone.set("kunde.example", .txt, texts.map { .txt($0) })
            #expect(try await look(zone).spf?.code == code)
        }
    }

    @Test func theTwoWaysOfDMARCMayDiffer() async throws {
        // The record of a domain between the author's and the organisation's counts by the tree walk only.
        let zone = try KundeZone(
            """
            _dmarc.abteilung.kunde.example  TXT "v=DMARC1; p=reject; psd=n"
            _dmarc.kunde.example            TXT "v=DMARC1; p=none"
            """)
        let check = DomainCheck(
            resolver: zone.resolver, access: zone, budget: .seconds(3_600), now: { .start },
            suffixes: PublicSuffixList(parsing: "example"))
        let look = await check.look(at: try MailDomain(parsing: "team.abteilung.kunde.example"), setup: .keysOnly)
        #expect(look.dmarc?.treeWalk?.policy == .reject && look.dmarc?.publicSuffix?.policy == DMARCFinding.Policy.none)
        #expect(look.dmarc?.differ == true && look.dmarcCode == "reject")
    }
}
