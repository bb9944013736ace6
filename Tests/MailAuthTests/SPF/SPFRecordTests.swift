import DNS
import MailAuth
import Testing

struct SPFRecordTests {
    @Test func readsEveryKindOfTerm() throws {
        let record = try SPFRecord(
            parsing: "v=spf1 +a mx/24//64 -ptr:kunde.example ?ip4:192.0.2.0/24 ip6:2001:db8::/32 "
                + "include:_spf.example.net exists:%{ir}.list.example ~all redirect=other.example "
                + "exp=why.example moo.cow-far_out=man:dog/cat")
        #expect(record.terms.count == 11)
        #expect(record.directives.map(\.qualifier) == [.pass, .pass, .fail, .neutral, .pass, .pass, .pass, .softfail])
        #expect(record.directives[0].mechanism == .a(nil))
        #expect(record.directives[1].mechanism == .mx(nil, ip4Prefix: 24, ip6Prefix: 64))
        #expect(record.directives[3].mechanism == .ip4(try #require(IPAddress("192.0.2.0")), prefix: 24))
        #expect(record.directives[5].mechanism.target?.fixedName == DNSName("_spf.example.net"))
        #expect(record.redirect?.description == "other.example")
        #expect(record.explanation?.description == "why.example")
        #expect(record.all?.qualifier == .softfail)
    }

    @Test func namesOfTermsAndTheVersionKnowNoCase() throws {
        let record = try SPFRecord(parsing: "V=sPf1 A MX:Kunde.Example -ALL ReDirect=x.example")
        #expect(record.description == "v=spf1 a mx:Kunde.Example -all redirect=x.example")
    }

    @Test(arguments: ["v=spf1", "v=spf1 ", "v=spf1   a   -all  "]) func blanksMayStandAtTheEndAndInRows(_ text: String)
        throws
    {
        let record = try SPFRecord(parsing: text)
        #expect(record.terms.count <= 2)
    }

    @Test(arguments: ["v=spf10 -all", "v=spf", "spf1 -all", " v=spf1 -all", "v=spf1\t-all", "v=spf2.0/pra -all", ""])
    func knowsWhatIsNoRecord(_ text: String) {
        #expect(!SPFRecord.isRecord(Array(text.utf8)))
        #expect(throws: SPFSyntaxError.self) { try SPFRecord(parsing: text) }
    }

    @Test(arguments: [
        ("moo", SPFSyntaxError.Reason.unknownMechanism), ("ipv4:192.0.2.1", .unknownMechanism),
        ("a\tmx", .unknownMechanism), ("redirect:x.example", .unknownMechanism), ("-", .unknownMechanism),
        ("all:x.example", .unexpectedArgument), ("all/8", .unexpectedArgument), ("all.", .unknownMechanism),
        ("ptr/0", .unexpectedArgument), ("include", .missingArgument), ("include:", .missingArgument),
        ("exists", .missingArgument), ("exists:", .missingArgument), ("a:", .missingArgument),
        ("ip4", .missingArgument), ("ip4:", .missingArgument), ("redirect=", .missingArgument),
        ("exp=", .missingArgument),
        ("a:192.0.2.1", .addressAsName), ("a:museum", .badName), ("a:museum.", .badName), ("a:abc.123", .badName),
        ("a:example.-com", .badName), ("a:example.com:8080", .badName), ("include:x.example/24", .badName),
        ("a:x.example\u{0}", .badName), ("a:%{d}com", .badName), ("redirect=-all", .badName),
        ("ip4:1.2.3", .badAddress), ("ip4:1.2.3.04", .badAddress), ("ip4:1.2.3.4:25", .badAddress),
        ("ip4:::1", .badAddress), ("ip6:1.2.3.4", .badAddress), ("ip6::CAFE::BABE", .badAddress),
        ("ip4:1.2.3.4/33", .badPrefix), ("ip4:1.2.3.4/032", .badPrefix), ("ip4:1.2.3.4//32", .badPrefix),
        ("ip4:1.2.3.4/", .badPrefix), ("ip6:::1/129", .badPrefix), ("a/33", .badPrefix), ("a//129", .badPrefix),
        ("a/24/64", .badPrefix), ("a/", .badPrefix), ("a/abc", .badPrefix),
        ("a:%x.example", .badMacro), ("a:x%.example", .badMacro), ("a:%{x}.example", .badMacro),
        ("a:%{d0}.example", .badMacro), ("a:%{d", .badMacro), ("a:%{}.example", .badMacro), ("a:%{d2!}", .badMacro),
        ("foo=%abc", .badMacro), ("exp=%{r}.example", .explanationMacro), ("a:%{c}", .explanationMacro),
        ("exp=%{T}.example", .explanationMacro), ("1up=foo", .badModifier), ("=all", .badModifier),
        ("-redirect=x.example", .badModifier), ("exp=a.example exp=b.example", .repeatedModifier),
        ("redirect=a.example REDIRECT=b.example", .repeatedModifier), ("a:\u{FC}.example", .notASCII),
    ]) func saysWhatIsWrong(_ term: String, _ reason: SPFSyntaxError.Reason) {
        #expect {
            try SPFRecord(parsing: "v=spf1 ip4:192.0.2.1 \(term) -all")
        } throws: { error in
            (error as? SPFSyntaxError)?.reason == reason
        }
    }

    @Test func namesTheTermThatIsWrong() {
        #expect {
            try SPFRecord(parsing: "v=spf1 a:192.0.2.1 -all")
        } throws: { error in
            (error as? SPFSyntaxError)?.term == "a:192.0.2.1"
                && "\(error)" == "an address must be written with ip4: or ip6:: a:192.0.2.1"
        }
    }

    @Test func slashesAndColonsMayStandInNames() throws {
        let record = try SPFRecord(parsing: "v=spf1 a:foo:bar/baz.example.com/24 exists:%{i}.100/86400.%{d}")
        #expect(record.directives[0].mechanism.target?.description == "foo:bar/baz.example.com")
        #expect(record.directives[1].mechanism.target?.description == "%{i}.100/86400.%{d}")
    }

    @Test func readsTenThousandCharacters() throws {
        let networks = (0..<700).map { "ip4:10.\($0 / 250).\($0 % 250).0/24" }.joined(separator: " ")
        let text = "v=spf1 " + networks + " -all"
        #expect(text.utf8.count > 10_000)
        let record = try SPFRecord(parsing: text)
        #expect(record.terms.count == 701)
        #expect(record.description == text)
    }

    @Test func cutsWhatItShowsOfAHostileTerm() {
        let text = "v=spf1 " + String(repeating: "\u{7}x", count: 5_000)
        #expect {
            try SPFRecord(parsing: text)
        } throws: { error in
            guard let error = error as? SPFSyntaxError else { return false }
            return error.term.utf8.count == 100 && !error.term.utf8.contains(7)
        }
    }

    @Test func anythingThatIsReadIsReadAgainFromItsText() throws {
        var random = SeededGenerator(seed: 7208)
        let terms = [
            "all", "-all", "a", "?a/24", "a//64", "~mx:kunde.example/8//9", "mx:%{d}", "ptr", "ptr:%{o2}",
            "ip4:192.0.2.1",
            "ip4:10.0.0.0/8", "ip6:2001:DB8::/32", "ip6:::ffff:192.0.2.1", "include:_x.example",
            "exists:%{L1r+-}.%{ir}.%{v}.x",
            "a:%%%_%-.example.com", "x=%{s}", "op=", "exists:%{d12r.}.a-b.example.", "include:%{h}",
        ]
        for _ in 0..<500 {
            let chosen = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
                terms.randomElement(using: &random)
            }
            let record = try SPFRecord(parsing: (["v=spf1"] + chosen).joined(separator: " "))
            let again = try SPFRecord(parsing: record.description)
            #expect(again == record)
        }
    }

    @Test func survivesAnyOctets() {
        var random = SeededGenerator(seed: 4408)
        let alphabet = Array("v=spf1 amxip46:/%{}dsrl-+~?.=0129 \u{0}\t\u{7F}".utf8) + [0x80, 0xFF]
        for _ in 0..<5_000 {
            let tail = (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in
                alphabet.randomElement(using: &random)
            }
            guard let record = try? SPFRecord(parsing: Array("v=spf1 ".utf8) + tail) else { continue }
            let again = try? SPFRecord(parsing: record.description)
            #expect(again == record)
        }
    }
}
