import DNS
import MailAuth
import MailMessage
import Testing

struct DMARCAuthorTests {
    private func domain(_ headers: String) throws -> DNSName {
        let message = MessageParser().parse(Array((headers + "\r\n\r\nx").utf8))
        return try DMARCAuthor.domain(in: message.headers)
    }

    @Test(arguments: [
        ("From: anna@kunde.example", "kunde.example"),
        ("fRoM: \"Anna, x@evil.example\" <anna@Kunde.Example>", "kunde.example"),
        ("From: Anna <anna@bücher.example>", "xn--bcher-kva.example"),
        ("From: anna@kunde.example, Bert <bert@kunde.example>", "kunde.example"),
        ("From: =?utf-8?q?J=C3=B6rg_=3Cx=40evil=2Eexample=3E?= <j@kunde.example>", "kunde.example"),
    ]) func findsTheDomain(_ header: String, _ name: String) throws {
        #expect(try domain(header) == DNSName(name))
    }

    @Test func aMissingFromIsNamed() {
        #expect(throws: DMARCAuthor.Problem.missingFrom) { try domain("To: anna@kunde.example") }
    }

    @Test func twoFromFieldsAreNamed() {
        #expect(throws: DMARCAuthor.Problem.severalFrom(2)) { try domain("From: a@x.example\r\nfrom: b@y.example") }
    }

    @Test func authorsOfSeveralDomainsAreNamed() throws {
        let names = [try #require(DNSName("x.example")), try #require(DNSName("y.example"))]
        #expect(throws: DMARCAuthor.Problem.severalDomains(names)) { try domain("From: a@x.example, b@y.example") }
    }

    @Test func anEmptyFromIsNamed() {
        #expect(throws: DMARCAuthor.Problem.noAddress) { try domain("From: ") }
    }

    @Test(arguments: ["From: nobody", "From: a@x.example, junk", "From: \u{FF}\u{FE}"])
    func partsThatAreNoAddressAreNamed(_ header: String) {
        #expect {
            try domain(header)
        } throws: { error in
            if case .malformed? = error as? DMARCAuthor.Problem { true } else { false }
        }
    }

    @Test func eightBitHeadersAreReadOrNamedAndNeverGuessed() {
        let message = MessageParser().parse(Array("From: J".utf8) + [0xF6] + Array("rg <j@kunde.example>\r\n\r\n".utf8))
        let domain = try? DMARCAuthor.domain(in: message.headers)
        #expect(domain == DNSName("kunde.example"))
        let broken = MessageParser().parse(Array("From: j@k".utf8) + [0xFC] + Array("nde.example\r\n\r\n".utf8))
        #expect(throws: DMARCAuthor.Problem.self) { try DMARCAuthor.domain(in: broken.headers) }
    }
}
