import SMTP
import Testing

@Suite("Envelope addresses")
struct SMTPEnvelopeAddressTests {
    @Test(
        "What is fit for the wire is taken over unchanged",
        arguments: [
            "anna@example.org", "Anna.Berg+tag@sub.example.org", "\"a b\"@example.org", "\"a\\\"b@c\"@example.org",
            "x@[192.0.2.1]", "x@[IPv6:2001:db8::1]", "postmaster@xn--mnchen-3ya.example", "jürgen@example.org",
            "a@under_score.example",
        ])
    func accepted(_ text: String) throws {
        let address = try SMTPEnvelopeAddress(text)
        #expect(address.wire == text)
        #expect(address.description == "<\(text)>")
        #expect(address.needsSMTPUTF8 == !text.utf8.allSatisfy { $0 < 0x80 })
        #expect(!address.isNull)
    }

    private static let unfit: [(String, SMTPEnvelopeAddress.Problem)] = [
        ("", .empty),
        ("a@example.org\r\nRCPT TO:<b@example.org>", .forbiddenCharacter),
        ("a@example.org\n", .forbiddenCharacter), ("a\u{0}@example.org", .forbiddenCharacter),
        ("a@example.org>", .forbiddenCharacter), ("<a@example.org", .forbiddenCharacter),
        ("a\u{85}@example.org", .forbiddenCharacter), ("a\u{2028}@example.org", .forbiddenCharacter),
        ("\"a\tb\"@example.org", .forbiddenCharacter),
        ("anna", .noDomain), ("anna@", .noDomain), ("@example.org", .badLocalPart),
        ("a b@example.org", .badLocalPart),
        (".a@example.org", .badLocalPart), ("a..b@example.org", .badLocalPart), ("a.@example.org", .badLocalPart),
        ("\"a\"b\"@example.org", .badLocalPart), ("\"a\\\"@example.org", .badLocalPart),
        ("\"@example.org", .badLocalPart), ("a@b@example.org", .badLocalPart),
        ("a@exa mple.org", .badDomain), ("a@-x.example", .badDomain), ("a@x-.example", .badDomain),
        ("a@example..org", .badDomain), ("a@.example", .badDomain), ("a@[]", .badDomain),
        ("a@[1.2.3.4", .badDomain),
        ("a@münchen.example", .domainNotASCII),
        (String(repeating: "a", count: 65) + "@example.org", .tooLong),
        ("a@" + String(repeating: "abcdefg.", count: 40) + "org", .tooLong),
        ("a@" + String(repeating: "b", count: 64) + ".example", .badDomain),
    ]

    @Test("What could break out of its command or means nothing is refused", arguments: unfit)
    func refused(_ text: String, _ problem: SMTPEnvelopeAddress.Problem) {
        #expect(throws: problem) { try SMTPEnvelopeAddress(text) }
    }

    @Test("The null reverse path is <>")
    func null() {
        #expect(SMTPEnvelopeAddress.null.description == "<>")
        #expect(SMTPEnvelopeAddress.null.isNull)
        #expect(!SMTPEnvelopeAddress.null.needsSMTPUTF8)
    }

    @Test(
        "The name in EHLO is a host name or an address literal",
        arguments: [
            ("mail.example.org", true), ("localhost", true), ("[127.0.0.1]", true), ("[IPv6:::1]", true), ("", false),
            ("mail example", false), ("mail\r\nMAIL", false), ("münchen.example", false), ("-a", false),
            (String(repeating: "a.", count: 130) + "b", false),
        ])
    func helloNames(_ text: String, _ isFit: Bool) {
        #expect((SMTPHelloName(text)?.wire == text) == isFit)
    }
}
