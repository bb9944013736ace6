import DNS
import MailRouting
import Testing

struct MailDestinationTests {
    @Test(arguments: [
        ("kunde.example", "kunde.example"), ("KUNDE.example.", "kunde.example"), ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPv6:2001:DB8::1]", "[IPv6:2001:db8::1]"), ("[ipv6:::ffff:192.0.2.1]", "[IPv6:::ffff:192.0.2.1]"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"), ("localhost", "localhost"),
    ]) func readsDomainsAndLiterals(_ text: String, _ expected: String) throws {
        #expect(try destination(text).description == expected)
    }

    @Test(arguments: [
        "", ".", "[]", "[192.0.2.1", "192.0.2.1", "[192.0.2.256]", "[2001:db8::1]", "[IPv6:192.0.2.1]",
        "[IPv6:fe80::1%1]",
        "[Tag:x]", "a..b", "-a.example", "a b.example", "kunde.example\r\n", "ü.example",
    ]) func refusesEverythingElse(_ text: String) {
        #expect(MailDestination(text) == nil)
    }
}
