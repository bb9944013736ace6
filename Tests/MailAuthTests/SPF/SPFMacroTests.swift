import DNS
import MailAuth
import Testing

/// The examples of RFC 7208, 7.4, and what lies at their edges.
struct SPFMacroTests {
    private func expand(
        _ text: String, from: String = "strong-bad@email.example.com", at address: String = "192.0.2.3",
        in place: SPFMacroString.Place = .record
    ) throws -> String {
        let address = try #require(IPAddress(address))
        let request = SPFRequest(
            clientAddress: address, mailFrom: from, helo: "mx.example.org", receiver: "mail.kunde.example", time: 1_000)
        let string = try SPFMacroString(parsing: Array(text.utf8), in: place)
        return String(decoding: string.expanded(SPFMacroValues(request)), as: UTF8.self)
    }

    @Test(arguments: [
        ("%{s}", "strong-bad@email.example.com"), ("%{o}", "email.example.com"), ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"), ("%{d3}", "email.example.com"), ("%{d2}", "example.com"), ("%{d1}", "com"),
        ("%{dr}", "com.example.email"), ("%{d2r}", "example.email"), ("%{l}", "strong-bad"), ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"), ("%{lr-}", "bad.strong"), ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
    ]) func expandsTheStandardsExamples(_ text: String, _ value: String) throws {
        #expect(try expand(text) == value)
    }

    @Test func writesIPv6AddressesWithDots() throws {
        #expect(
            try expand("%{ir}.%{v}._spf.%{d2}", at: "2001:db8::cb01")
                == "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com")
        #expect(try expand("%{c}", at: "2001:DB8::CB01", in: .explanation) == "2001:db8::cb01")
    }

    @Test func takesMappedAddressesForIPv4() throws {
        #expect(try expand("%{i} %{v}", at: "::ffff:192.0.2.3", in: .explanation) == "192.0.2.3 in-addr")
    }

    @Test func expandsWhatExplanationsMayHave() throws {
        #expect(
            try expand("%{c} %{r} %{t} %{h}", in: .explanation) == "192.0.2.3 mail.kunde.example 1000 mx.example.org")
    }

    @Test func escapesCapitalLetters() throws {
        #expect(try expand("%{L}", from: "~jack&jill=up-a_b3.c@example.com") == "~jack%26jill%3Dup-a_b3.c")
        #expect(try expand("%{S}", from: "a b@example.com") == "a%20b%40example.com")
    }

    @Test func knowsThreePercentSigns() throws {
        #expect(try expand("a%%b%_c%-d") == "a%b c%20d")
    }

    @Test func emptyLocalPartsAreThePostmaster() throws {
        #expect(try expand("%{s}", from: "@example.com") == "postmaster@example.com")
        #expect(try expand("%{s}", from: "") == "postmaster@mx.example.org")
        #expect(try expand("%{s}", from: "example.com") == "postmaster@example.com")
    }

    @Test func splitsAtSeveralDelimiters() throws {
        #expect(try expand("%{l2r+-}", from: "foo-bar+zip+quux@example.com") == "bar.foo")
        #expect(try expand("%{l+=/_,}", from: "a+b=c/d_e,f@example.com") == "a.b.c.d.e.f")
    }

    @Test func hugeCountsKeepAllParts() throws {
        #expect(try expand("%{d99999999999999999999}") == "email.example.com")
    }

    @Test func blanksMayStandInExplanationsOnly() {
        #expect(throws: SPFSyntaxError.self) { try SPFMacroString(parsing: Array("a b".utf8), in: .record) }
        #expect(throws: SPFSyntaxError.self) { try SPFMacroString(parsing: Array("a\r\nb".utf8), in: .explanation) }
    }
}
