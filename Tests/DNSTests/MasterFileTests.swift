import DNS
import Testing

struct MasterFileTests {
    @Test func readsTheFormsOfTheStandard() throws {
        let file = try MasterFile(
            parsing: ##"""
                $TTL 300 ; seconds
                $ORIGIN example.
                @ IN 60 SOA ns admin\.dns (
                    2026112501 ; serial
                    1 2 3 4 )
                  NS ns
                a\.b TXT "a \"b\" ; c" d\009e "\(" ""
                _25._tcp TLSA 3 1 1 00ff ABcd
                x TYPE731 \# 3 abcd ef
                . NS a.root.
                """##)
        let lines = file.records.map { "\($0.name) \($0.ttl) \($0.type) \($0.data)" }
        #expect(
            lines == [
                #"example 60 SOA ns.example. admin\.dns.example. 2026112501 1 2 3 4"#,
                "example 300 NS ns.example.",
                #"a\.b.example 300 TXT "a \"b\" ; c" "d\009e" "(" """#,
                "_25._tcp.example 300 TLSA 3 1 1 00ffabcd",
                "x.example 300 TYPE731 \\# 3 abcdef",
                ". 300 NS a.root.",
            ])
    }

    @Test func readsWhatItWrites() throws {
        let text = ##"""
            a\;\(\"\@\$.example. 5 A 192.0.2.1
            b.example. 5 AAAA 2001:db8::1
            c.example. 5 MX 0 .
            d.example. 5 TXT "\200\"\\" "x"
            e.example. 5 PTR a\;\(\"\@\$.example.
            f.example. 5 TYPE65535 \# 0
            """##
        let records = try MasterFile(parsing: text).records
        #expect(records.count == 6)
        let origin = try #require(DNSName("elsewhere"))
        for record in records {
            let again = try MasterFile(parsing: "x. \(record.ttl) \(record.type) \(record.data)", origin: origin)
            #expect(again.records.map(\.data) == [record.data])
        }
    }

    @Test(arguments: [
        "a A 192.0.2.256", "a A", "a A 192.0.2.1 192.0.2.2", "a AAAA 192.0.2.1", "a MX 65536 b", "a MX 1 b..c",
        "  A 192.0.2.1", "a TXT \"open", "a TXT", "a SOA ( b c 1 2 3 4 5", "a A 192.0.2.1 )", "a FOO bar",
        "a TYPE9 \\# 2 ab", "a TLSA 3 1 1 abc", "$INCLUDE /etc/passwd", "a CH A 192.0.2.1", "a TXT \\25",
    ]) func refusesWhatItCannotRead(_ text: String) {
        #expect(throws: MasterFileError.self) { try MasterFile(parsing: "\n" + text) }
        #expect { try MasterFile(parsing: "\n" + text) } throws: { ($0 as? MasterFileError)?.line == 2 }
    }
}
