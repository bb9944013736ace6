import DNS
import MailAuth
import Testing

struct SPFMergeTests {
    private func merge(_ name: String, into text: String) throws -> SPFMerge {
        try SPFMerge(including: try #require(DNSName(name)), in: Array(text.utf8))
    }

    @Test(arguments: [
        ("v=spf1 mx -all", "v=spf1 mx include:_spf.provider.example -all"),
        ("v=spf1 -all", "v=spf1 include:_spf.provider.example -all"),
        ("v=spf1", "v=spf1 include:_spf.provider.example"),
        ("v=spf1 a redirect=x.example", "v=spf1 a include:_spf.provider.example redirect=x.example"),
        (
            "v=spf1 redirect=x.example a exp=y.example ~all",
            "v=spf1 redirect=x.example a exp=y.example include:_spf.provider.example ~all"
        ),
        (
            "v=spf1 A:Kunde.Example/24   IP4:192.0.2.1/32  ?ALL",
            "v=spf1 A:Kunde.Example/24 IP4:192.0.2.1/32 include:_spf.provider.example ?ALL"
        ),
        (
            "v=spf1 -include:_spf.provider.example all",
            "v=spf1 include:_spf.provider.example -include:_spf.provider.example all"
        ),
        (
            "v=spf1 ~all include:_spf.provider.example",
            "v=spf1 include:_spf.provider.example ~all include:_spf.provider.example"
        ),
    ]) func putsTheIncludeBeforeWhatDecides(_ old: String, _ new: String) throws {
        let merge = try merge("_spf.provider.example", into: old)
        #expect(merge.text == new)
        #expect(merge.pieces.filter(\.isAdded).map(\.text) == ["include:_spf.provider.example"])
        #expect(!merge.isUnchanged)
        let again = try self.merge("_spf.provider.example", into: merge.text)
        #expect(again.isUnchanged)
    }

    @Test(arguments: [
        "v=spf1 include:_spf.provider.example -all", "v=spf1 +INCLUDE:_SPF.Provider.Example. ~all",
        "v=spf1 mx redirect=_spf.provider.example",
    ]) func seesByMeaningWhatIsThereAlready(_ text: String) throws {
        let merge = try merge("_spf.provider.example", into: text)
        #expect(merge.isUnchanged)
        #expect(merge.text == text)
    }

    @Test func makesAFirstRecord() throws {
        let merge = try SPFMerge(firstRecordIncluding: try #require(DNSName("_spf.depesche.example")))
        #expect(merge.text == "v=spf1 include:_spf.depesche.example ~all")
        #expect(!merge.pieces.contains { !$0.isAdded })
    }

    @Test func leavesAMalformedRecordAlone() {
        #expect(throws: SPFSyntaxError.self) { try merge("_spf.provider.example", into: "v=spf1 a:1.2.3.4 -all") }
        #expect(throws: SPFSyntaxError.self) { try merge("provider", into: "v=spf1 -all") }
    }

    @Test func whatIsMergedLetsTheIncludedServersPass() async throws {
        var random = SeededGenerator(seed: 17)
        let terms = [
            "mx", "ip4:198.51.100.0/24", "?a:x.example", "-ip4:203.0.113.0/24", "exp=e.example", "all", "~all",
            "redirect=r.example", "-include:_spf.provider.example", "v=1",
        ]
        let domain = try #require(DNSName("kunde.example"))
        for _ in 0..<200 {
            var chosen = terms.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
            if chosen.contains("all") { chosen.removeAll { $0 == "~all" } }
            let text = (["v=spf1"] + chosen).joined(separator: " ")
            let merged = try merge("_spf.provider.example", into: text).text
            let zone = InMemoryZone()
            zone.set(domain, .txt, [.txt(merged)])
            zone.set(try #require(DNSName("_spf.provider.example")), .txt, [.txt("v=spf1 ip4:192.0.2.1")])
            let request = SPFRequest(
                clientAddress: try #require(IPAddress("192.0.2.1")), mailFrom: "a@kunde.example", helo: "h.example")
            let result = await SPFEvaluator(resolver: zone).evaluate(request)
            #expect(result.code == .pass, "\(merged)")
        }
    }
}
