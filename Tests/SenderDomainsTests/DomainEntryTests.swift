import DNS
import MailAuth
import MailMessage
import SenderDomains
import Testing

/// What people type and paste becomes a domain, or a refusal with its reason.
@Suite struct DomainEntryTests {
    func check() throws -> DomainCheck {
        let zone = try KundeZone()
        return DomainCheck(
            resolver: zone.resolver, access: zone,
            suffixes: PublicSuffixList(parsing: "de\nuk\nco.uk\nexample\ngithub.io\n"))
    }

    @Test(arguments: [
        "kunde.example", " Kunde.Example. ", "https://kunde.example/", "http://www.kunde.example:8080/a/b?c=d#e",
        "www.kunde.example", "anna@kunde.example", "Anna Müller <anna@kunde.example>", "mailto:anna@kunde.example",
        "@kunde.example", "\"kunde.example\"", "„kunde.example“", "kunde.example/impressum", "a/b@kunde.example",
        "https://user:pw@kunde.example/@x", "kunde。example", "kunde.example,", "\u{200B}kunde.example\u{FEFF}\n",
        ".kunde.example", "ftp://kunde.example", "kunde.example:25",
    ])
    func whatIsCopiedAlongIsTakenOff(text: String) throws {
        #expect(try DomainEntry(typed: text).domain.ascii == "kunde.example")
    }

    @Test func internationalNamesComeInBothForms() throws {
        let entry = try DomainEntry(typed: "https://MÜLLER.example")
        #expect(entry.domain.ascii == "xn--mller-kva.example" && entry.domain.unicode == "müller.example")
        #expect(entry.cautions.isEmpty)
        #expect(try DomainEntry(typed: "xn--mller-kva.example").domain == entry.domain)
    }

    static let refused: [(String, DomainRefusal)] = [
        ("", .empty), ("  ", .empty), ("https://", .empty), ("@", .empty), ("kunde", .notPublic),
        ("server.local", .notPublic), ("localhost", .notPublic), ("192.0.2.1", .networkAddress),
        ("[192.0.2.1]", .networkAddress), ("2001:db8::1", .networkAddress), ("kunde..example", .malformed),
        ("-kunde.example", .malformed), ("kun de.example", .malformed), ("*.kunde.example", .malformed),
        ("_dmarc.kunde.example", .malformed), ("gmail.com", .mailboxProvider(domain: "gmail.com")),
        ("anna@GMX.de", .mailboxProvider(domain: "gmx.de")),
        ("mail.yahoo.co.uk", .mailboxProvider(domain: "yahoo.co.uk")), ("co.uk", .publicSuffix(domain: "co.uk")),
        ("github.io", .publicSuffix(domain: "github.io")),
        (String(repeating: "a", count: 64) + ".example", .malformed),
        (String(repeating: "a.", count: 200) + "example", .malformed),
    ]

    @Test(arguments: refused.indices) func eachRefusalHasItsReason(index: Int) throws {
        let check = try check()
        let (text, refusal) = Self.refused[index]
        #expect(throws: refusal) { try check.entry(typed: text) }
    }

    @Test func aDomainBeneathAPublicSuffixIsFine() throws {
        #expect(try check().entry(typed: "kunde.co.uk").domain.ascii == "kunde.co.uk")
    }

    @Test func anHomographIsCautionedAgainst() throws {
        let kunde = try MailDomain(parsing: "kunde.example")
        // Cyrillic е in a Latin word.
        let mixed = try DomainEntry(typed: "kundе.example", known: [kunde]).cautions
        #expect(mixed == [.mixedScripts(label: "kundе"), .looksLike("kunde.example")])
        #expect(try DomainEntry(typed: "аррӏе.example").cautions == [.looksLatin(label: "аррӏе", as: "apple")])
        #expect(try DomainEntry(typed: "kumde.example", known: [kunde]).cautions.isEmpty)
        let rn = try DomainEntry(typed: "rnaier.example", known: [try MailDomain(parsing: "maier.example")]).cautions
        #expect(rn == [.looksLike("maier.example")])
        #expect(try DomainEntry(typed: "grnail.com").cautions == [.looksLike("gmail.com")])
        #expect(try DomainEntry(typed: "kunde.example", known: [kunde]).cautions.isEmpty)
    }

    @Test(arguments: ["münchen.example", "россия.example", "例え.example", "日本go.example", "한국.example", "café.example"])
    func honestNamesAreNot(text: String) throws {
        #expect(try DomainEntry(typed: text).cautions.isEmpty)
    }

    @Test func suggestionsComeFromTheAccounts() throws {
        let addresses = try [
            "a@kunde.example", "b@kunde.example", "c@andere.example", "d@gmail.com", "e@da.example", "f@b.example",
        ].map { try EmailAddress(parsing: $0) }
        let suggestions = DomainEntry.suggestions(from: addresses, present: [try MailDomain(parsing: "da.example")])
        #expect(suggestions.map(\.domain.ascii) == ["kunde.example", "andere.example", "b.example"])
        #expect(suggestions.map(\.accounts) == [2, 1, 1])
    }
}
