import DNS
import Testing

struct DNSNameTests {
    @Test func comparesWithoutCase() throws {
        let one = try #require(DNSName("_Dmarc.Kunde.example."))
        let other = try #require(DNSName("_dmarc.kunde.EXAMPLE"))
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one.description == "_Dmarc.Kunde.example")
        #expect(one.key == "_dmarc.kunde.example")
    }

    @Test(arguments: ["", "..", "a..b", ".a", #"a\"#, #"a\25"#, #"a\256"#]) func refusesWhatIsNoName(_ text: String) {
        #expect(DNSName(text) == nil)
    }

    @Test func keepsAnyOctetInALabel() throws {
        let name = try #require(DNSName(#"a\.b.c\032d.e"#))
        #expect(name.labels == [Array("a.b".utf8), Array("c d".utf8), Array("e".utf8)])
        #expect(name.description == #"a\.b.c\032d.e"#)
    }

    @Test func takesOctetsBetweenDotsAsTheyAre() throws {
        #expect(DNSName(dotted: Array(#"A\.b c.e."#.utf8))?.labels == [Array(#"A\"#.utf8), Array("b c".utf8), [0x65]])
        for text in ["", ".", "..", "a..b", ".a", "a..", String(repeating: "a", count: 64)] {
            #expect(DNSName(dotted: Array(text.utf8)) == nil)
        }
        let label = Array(repeating: UInt8(ascii: "a"), count: 62)
        let longest = Array([label, label, label, label].joined(separator: [0x2E])) + [0x2E, 0x61]
        #expect(DNSName(dotted: longest)?.labelCount == 5)
        #expect(DNSName(dotted: longest + [0x61]) == nil)
    }

    @Test func knowsWhatLiesBeneathIt() throws {
        let name = try #require(DNSName("a.Kunde.example"))
        let domain = try #require(DNSName("kunde.EXAMPLE"))
        #expect(name.labelCount == 3)
        #expect(DNSName.root.labelCount == 0)
        #expect(name.isSubdomain(of: domain) && name.isSubdomain(of: name) && name.isSubdomain(of: .root))
        #expect(!domain.isSubdomain(of: name))
        #expect(DNSName("notkunde.example")?.isSubdomain(of: domain) == false)
        #expect(name.parent == domain && name.suffix(2) == domain && name.suffix(9) == name && name.suffix(0) == .root)
        #expect(DNSName.root.parent == nil)
    }

    @Test func holdsToTheLimits() throws {
        #expect(DNSName(String(repeating: "a", count: 63)) != nil)
        #expect(DNSName(String(repeating: "a", count: 64)) == nil)
        let label = String(repeating: "a", count: 61)
        #expect(DNSName([label, label, label, label].joined(separator: ".")) != nil)
        #expect(DNSName([label, label, label, label, "abcdefgh"].joined(separator: ".")) == nil)
    }

    @Test func knowsParentsAndSubdomains() throws {
        let name = try #require(DNSName("mail.kunde.example"))
        let domain = try #require(DNSName("kunde.example"))
        #expect(name.parent == domain)
        #expect(name.isSubdomain(of: domain))
        #expect(domain.isSubdomain(of: domain))
        #expect(!domain.isSubdomain(of: name))
        #expect(domain.prefixed(by: "depesche1._domainkey")?.description == "depesche1._domainkey.kunde.example")
        #expect(DNSName.root.parent == nil)
    }

    @Test func sortsCanonically() throws {
        let names = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example"]
        #expect(names.reversed().compactMap { DNSName($0) }.sorted().map(\.description) == names)
    }

    @Test func reverseNames() throws {
        #expect(IPAddress("192.0.2.7")?.reverseName.description == "7.2.0.192.in-addr.arpa")
        #expect(IPAddress("2001:db8::1")?.reverseName.description.hasPrefix("1.0.0.0.0") == true)
        #expect(IPAddress("2001:db8::1")?.reverseName.description.hasSuffix("8.b.d.0.1.0.0.2.ip6.arpa") == true)
    }

    @Test func addressesMatchByPrefix() throws {
        let one = try #require(IPAddress("192.0.2.129"))
        let other = try #require(IPAddress("192.0.2.1"))
        #expect(one.matches(other, prefixLength: 24))
        #expect(!one.matches(other, prefixLength: 25))
        #expect(IPAddress("::ffff:192.0.2.1")?.unmapped == other)
        #expect(IPAddress("2001:DB8:0:0::1")?.description == "2001:db8::1")
        #expect(IPAddress("192.0.2.1/24") == nil)
    }
}
