import DNS
import Foundation
import MailMessage
import SenderDomains
import Testing

/// SPF, return paths, DMARC and the token, as a check sees them.
@Suite struct DomainCheckSPFTests {
    func report(_ zone: KundeZone, setup: DomainSetup = .spfOnly) async throws -> DomainReport {
        await zone.check().report(on: try .kunde([]), setup: setup)
    }

    func spf(_ texts: String..., setup: DomainSetup = .spfOnly) async throws -> RecordDiagnosis? {
        let zone = try KundeZone(
            """
            loop.example        TXT "v=spf1 include:loop.example -all"
            behind.example      TXT "v=spf1 include:_spf.depesche.example -all"
            """)
        try zone.set("kunde.example", .txt, texts.map { .txt($0) })
        return try await report(zone, setup: setup).findings(.spf).first?.diagnosis
    }

    @Test func theIncludeCountsWhereverItStands() async throws {
        #expect(try await spf("v=spf1 include:_spf.depesche.example -all") == .ok)
        #expect(try await spf("V=SPF1 mx INCLUDE:_SPF.depesche.example. ?all") == .ok)
        #expect(try await spf("v=spf1 include:behind.example -all") == .ok)
        #expect(try await spf("v=spf1 redirect=behind.example") == .ok)
    }

    @Test func ourAddressesCountToo() async throws {
        #expect(try await spf("v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 -all") == .ok)
        let half = "v=spf1 ip4:198.51.100.0/24 -all"
        #expect(try await spf(half) == .spfLacksUs(found: half))
    }

    @Test func aRecordThatDoesNotLetUsSend() async throws {
        for text in [
            "v=spf1 -all", "v=spf1 mx -all", "v=spf1 -all include:_spf.depesche.example",
            "v=spf1 ?include:_spf.depesche.example ~all",
        ] {
            #expect(try await spf(text) == .spfLacksUs(found: text))
        }
    }

    @Test func noRecord() async throws {
        #expect(try await spf() == .missing)
        #expect(try await spf("google-site-verification=x") == .missing)
    }

    @Test func twoSPFRecords() async throws {
        let texts = ["v=spf1 mx -all", "v=spf1 include:_spf.depesche.example -all"]
        #expect(try await spf(texts[0], texts[1]) == .twoRecords(found: texts))
    }

    @Test func anSPFLoop() async throws {
        let text = "v=spf1 include:loop.example include:_spf.depesche.example -all"
        guard case .spfBroken(text, let detail) = try await spf(text) else {
            Issue.record("not called broken")
            return
        }
        #expect(detail.contains("circle"))
    }

    @Test func moreThanTenLookups() async throws {
        let text =
            "v=spf1 " + (1...11).map { "a:a\($0).example" }.joined(separator: " ")
            + " include:_spf.depesche.example -all"
        #expect(try await spf(text) == .spfTooManyLookups(count: 12, found: text))
    }

    @Test func voidLookups() async throws {
        let text = "v=spf1 a:a1.example a:a2.example a:a3.example include:_spf.depesche.example -all"
        guard case .spfBroken(text, _) = try await spf(text) else {
            Issue.record("not called broken")
            return
        }
    }

    @Test func aRecordOfTenThousandCharacters() async throws {
        let text = "v=spf1 " + (0..<700).map { "ip4:10.0.\($0 / 256).\($0 % 256)" }.joined(separator: " ") + " -all"
        #expect(text.utf8.count > 10_000)
        #expect(try await spf(text) == .spfLacksUs(found: text))
    }

    @Test func aMalformedRecord() async throws {
        let text = "v=spf1 include: -all"
        guard case .spfBroken(text, _) = try await spf(text) else {
            Issue.record("not called broken")
            return
        }
    }

    @Test func quotesWithinTheText() async throws {
        let text = "\"v=spf1 include:_spf.depesche.example -all\""
        #expect(try await spf(text) == .mangled(found: text))
    }

    @Test func aMacroThatProducesAnIllegalNameHangsNothing() async throws {
        let text = "v=spf1 exists:%{l}..%{o}.example include:_spf.depesche.example -all"
        let diagnosis = try await spf(text)
        #expect(diagnosis == .ok || diagnosis?.code == "spf-broken")
    }

    @Test func anIncludeOfOursThatIsBrokenIsNotTheCustomersFault() async throws {
        let setup = DomainSetup(spfInclude: "nirgends.example", signing: .none)
        #expect(
            try await spf("v=spf1 include:nirgends.example -all", setup: setup)
                == .includeBroken(include: "nirgends.example"))
    }

    @Test func aResolverThatCannotSayWhatIsIncluded() async throws {
        let zone = try KundeZone()
        try zone.publish("kunde.example", "v=spf1 include:weg.example include:_spf.depesche.example -all")
        zone.resolver.fail(try KundeZone.name("weg.example"), with: DNSFailure(.timeout))
        let report = try await report(zone)
        #expect(report.findings(.spf).first?.diagnosis.code == "resolver-trouble")
        #expect(report.spf == .unknown)
    }

    @Test func theMergedRecordAndItsLookups() async throws {
        let zone = try KundeZone(
            """
            andere.example      TXT "v=spf1 a mx -all"
            """)
        try zone.publish("kunde.example", "v=spf1 mx include:andere.example -all")
        let report = try await report(zone)
        let change = try #require(report.plan.spf)
        #expect(change.before == "v=spf1 mx include:andere.example -all")
        #expect(change.after == "v=spf1 mx include:andere.example include:_spf.depesche.example -all")
        #expect(change.pieces.filter(\.isNew).map(\.text) == ["include:_spf.depesche.example"])
        #expect(change.lookupsBefore == 4 && change.lookupsAfter == 5)
        #expect(report.plan.records.first { $0.purpose == .spf }?.replaces == ["v=spf1 mx include:andere.example -all"])
    }

    // MARK: Return paths at the sender's domain

    static let subdomain = DomainSetup(
        returnPath: .subdomain, bounceHost: DNSName("mx.depesche.example"), spfInclude: "_spf.depesche.example",
        signing: .none)

    @Test func returnPathsAtTheSubdomain() async throws {
        let zone = try KundeZone()
        var report = try await report(zone, setup: Self.subdomain)
        #expect(report.findings(.bounceMX).map(\.diagnosis) == [.missing])
        #expect(report.findings(.bounceSPF).map(\.diagnosis) == [.missing])
        #expect(report.bounces == .no && report.spf == .no)
        try zone.set(
            "bounce.kunde.example", .mx, [.mx(preference: 5, exchange: try KundeZone.name("MX.depesche.example"))])
        try zone.publish("bounce.kunde.example", "v=spf1 include:_spf.depesche.example -all")
        report = try await self.report(zone, setup: Self.subdomain)
        #expect(report.findings(.bounceMX).map(\.diagnosis) == [.ok])
        #expect(report.bounces == .yes && report.spf == .yes)
    }

    @Test func aStrictPolicyTakesTheSubdomainsAlignmentButNotItsReports() async throws {
        let zone = try KundeZone(
            """
            _dmarc.kunde.example    TXT "v=DMARC1; p=reject; aspf=s"
            bounce.kunde.example    TXT "v=spf1 include:_spf.depesche.example -all"
            bounce.kunde.example    MX  10 mx.depesche.example.
            """)
        let report = try await report(zone, setup: Self.subdomain)
        #expect(report.findings(.bounceSPF).map(\.diagnosis) == [.strictAlignment])
        #expect(report.spf == .no && report.bounces == .yes)
    }

    @Test func anotherMailServerInFrontOfOurs() async throws {
        let zone = try KundeZone(
            """
            bounce.kunde.example    MX  5 fremd.example.
            bounce.kunde.example    MX  10 mx.depesche.example.
            """)
        #expect(
            try await report(zone, setup: Self.subdomain).findings(.bounceMX).map(\.diagnosis)
                == [.wrongValue(found: "10 mx.depesche.example., 5 fremd.example.")])
    }

    // MARK: DMARC and control

    @Test func dmarcIsOnlyAdvised() async throws {
        let zone = try KundeZone()
        var report = try await report(zone)
        #expect(report.findings(.dmarc).map(\.record.requirement) == [.recommended])
        #expect(report.findings(.dmarc).map(\.diagnosis) == [.missing] && report.dmarc == nil)
        try zone.publish("_dmarc.kunde.example", "v=DMARC1; p=reject; rua=mailto:d@kunde.example")
        report = try await self.report(zone)
        #expect(report.findings(.dmarc).map(\.record.requirement) == [.notNeeded(.alreadyThere)])
        #expect(report.findings(.dmarc).map(\.record.value) == ["v=DMARC1; p=reject; rua=mailto:d@kunde.example"])
        #expect(report.dmarc?.treeWalk?.policy == .reject && report.dmarc?.differ == false)
    }

    @Test func twoDMARCRecordsCountAsNone() async throws {
        let zone = try KundeZone()
        try zone.set("_dmarc.kunde.example", .txt, [.txt("v=DMARC1; p=none"), .txt("v=DMARC1; p=reject")])
        let report = try await report(zone)
        #expect(report.dmarc == nil)
        #expect(report.findings(.dmarc).first?.diagnosis.code == "two-records")
    }

    @Test func somebodyElsesDomainIsNotProven() async throws {
        // A provider's include may stand in the records of all its customers: that proves nothing.
        let zone = try KundeZone()
        try zone.publish("kunde.example", "v=spf1 include:_spf.depesche.example -all")
        let domain = Changing(try .kunde([]))
        var report = await zone.check().report(on: domain.value, setup: .spfOnly)
        #expect(report.spf == .yes && report.control == .no)
        #expect(report.findings(.control).map(\.record.requirement) == [.required])
        #expect(domain.received(report, setup: .spfOnly, now: .start).isEmpty && domain.state == .pending)
        try zone.set(
            "_depesche-challenge.kunde.example", .txt,
            [.txt("depesche-verification=other"), .txt("\"depesche-verification=c0ntr0l\"")])
        report = await zone.check().report(on: domain.value, setup: .spfOnly)
        #expect(domain.received(report, setup: .spfOnly, now: .start) == [.controlProven(.txt), .becameVerified])
        #expect(domain.alignedBy == [.spf])
    }

    @Test func aReportCanBeStoredAndReadAgain() async throws {
        let zone = try KundeZone()
        try zone.publish("kunde.example", "v=spf1 mx -all")
        let domain = try SenderDomain.kunde([.rsa(), .ed25519(), .told()])
        let report = await zone.check().report(
            on: domain, setup: DomainSetup(returnPath: .account, spfInclude: "_spf.depesche.example"))
        var stored = domain
        _ = stored.received(report, setup: .keysOnly, now: .start)
        let data = try JSONEncoder().encode(stored)
        #expect(try JSONDecoder().decode(SenderDomain.self, from: data) == stored)
    }
}
