import Foundation
import Testing

@testable import MailMessage

@Suite struct HeaderTests {
    private func lines(_ field: HeaderField) -> [String] {
        String(decoding: field.serialized, as: UTF8.self).components(separatedBy: "\r\n").dropLast()
    }

    @Test(arguments: ["a\r\nBcc: x@y.example", "a\rb", "a\nb", "a\u{0}b"])
    func lineBreaksAreRefused(text: String) {
        #expect(throws: HeaderText.Mistake.lineBreak) { try HeaderText(text) }
        let cleaned = HeaderText(cleaning: text).value
        #expect(!cleaned.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test func textsAreCleanedAndLimited() throws {
        #expect(try HeaderText("a\u{2028}b\u{7}\u{85}c").value == "a b c")
        #expect(HeaderText(cleaning: "  rechnung\u{202E}fdp.exe\t ").value == "rechnungfdp.exe")
        #expect(throws: HeaderText.Mistake.tooLong) { try HeaderText(String(repeating: "a", count: 999)) }
        let cut = HeaderText(cleaning: String(repeating: "ü👩‍👩‍👧", count: 1_000)).truncated(toOctets: 100)
        #expect(cut.value.utf8.count <= 100)
        #expect(cut.value.hasSuffix("…"))
        #expect(HeaderText(cleaning: "kurz").truncated(toOctets: 100).value == "kurz")
    }

    @Test func plainSubjectsStayReadable() throws {
        let field = HeaderField(.subject, text: try HeaderText("Unterlagen zum Angebot 4711"))
        #expect(lines(field) == ["Subject: Unterlagen zum Angebot 4711"])
    }

    @Test func subjectsBeyondASCIIAreEncoded() throws {
        let field = HeaderField(.subject, text: try HeaderText("Straße und Größe"))
        #expect(lines(field) == ["Subject: =?UTF-8?Q?Stra=C3=9Fe_und_Gr=C3=B6=C3=9Fe?="])
    }

    @Test func headerTextGoesBackAndForth() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<5_000 {
            let text = HeaderText(cleaning: random.text(0...60, from: trickyPieces))
            let field = HeaderField(.subject, text: text)
            let lines = lines(field)
            #expect(lines.allSatisfy { $0.utf8.count <= 78 }, "\(lines)")
            #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } })
            for word in lines.flatMap({ $0.split(separator: " ") }) where word.hasPrefix("=?UTF-8?") {
                #expect(word.utf8.count <= 75)
                // No character is split: each word is whole by itself.
                #expect(!EncodedWord.decode(String(word)).unicodeScalars.contains("\u{FFFD}"))
            }
            let parsed = MessageParser().parse(field.serialized + Array("\r\n".utf8))
            #expect(parsed.subject ?? "" == text.value)
        }
    }

    @Test func mailboxesGoBackAndForth() throws {
        var random = SeededGenerator(seed: 5)
        let address = try EmailAddress(parsing: "anna@müller.example")
        for _ in 0..<3_000 {
            let mailbox = Mailbox(name: random.text(0...40, from: trickyPieces), address: address)
            let other = Mailbox(name: "Last, First", address: try EmailAddress(parsing: "c@d.example"))
            let field = HeaderField(.to, mailboxes: [mailbox, other])
            #expect(lines(field).allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } })
            let bytes = field.serialized
            // Atoms, quoted text and words only: what a strict reader takes apart.
            #expect(bytes.filter { $0 == UInt8(ascii: "<") }.count >= (mailbox.name == nil ? 1 : 2))
            let name = mailbox.name ?? ""
            if !name.contains("=?"), !name.contains("\""), !name.contains("\\"), !name.contains("'") {
                let read = MessageParser().parse(bytes + Array("\r\n".utf8)).mailboxes(.to)
                #expect(read == [mailbox, other], "\(name)")
            }
        }
    }

    @Test func manyRecipientsAreFolded() throws {
        let boxes = try (0..<100).map { Mailbox(address: try EmailAddress(parsing: "anna.\($0)@kunde.example")) }
        let lines = lines(HeaderField(.to, mailboxes: boxes))
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" ") })
    }

    @Test(arguments: [
        ("=?ISO-8859-1?Q?a?=", "a"), ("=?ISO-8859-1?Q?a?= b", "a b"), ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=\r\n  =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?utf-8?B?w6Q=?=", "ä"), ("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "ä"), ("=?iso-8859-15?q?=A4?=", "€"),
        ("=?windows-1252?q?=80?=", "€"), ("=?utf-8*de?q?a?=", "a"), ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?q?a", "=?utf-8?q?a"), ("=?", "=?"), ("=?utf-8?q?a b?=", "=?utf-8?q?a b?="),
        ("(=?utf-8?q?a?=)", "(a)"), ("=?utf-8?q?=ZZ?=", "=ZZ"),
    ])
    func encodedWordsAreRead(text: String, expected: String) {
        #expect(EncodedWord.decode(text) == expected)
    }

    @Test func parametersGoBackAndForth() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<3_000 {
            let name = HeaderText(cleaning: random.text(1...60, from: trickyPieces)).value
            let field = HeaderField(
                .contentDisposition,
                pieces: ["attachment;"] + HeaderParameters.pieces([(name: "filename", value: name)]))
            #expect(lines(field).allSatisfy { $0.utf8.count <= 78 })
            let (value, parameters) = HeaderParameters.parse(field.value)
            #expect(value == "attachment")
            let written = parameters["filename"] ?? ""
            // A short plain name that looks like an encoded word is read as one, as all mail programs do.
            if !name.contains("=?") { #expect(written == name) }
        }
    }

    @Test func parametersOfRFC2231AreRead() {
        let (_, parameters) = HeaderParameters.parse(
            "x/y; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it\""
        )
        #expect(parameters["title"] == "This is even more ***fun*** isn't it")
    }

    @Test(arguments: [
        (0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"), (1_795_439_100, 3_600, "Mon, 23 Nov 2026 14:05:00 +0100"),
        (1_709_251_199, 0, "Thu, 29 Feb 2024 23:59:59 +0000"),
        (1_795_439_100, -12_600, "Mon, 23 Nov 2026 09:35:00 -0330"),
        (-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"),
    ])
    func datesAreWrittenAndRead(seconds: Int, offset: Int, expected: String) {
        let date = Date(timeIntervalSince1970: Double(seconds))
        #expect(HeaderDate.string(date, utcOffset: offset) == expected)
        #expect(HeaderDate.parse(expected) == date)
    }

    @Test func obsoleteDatesAreRead() {
        #expect(HeaderDate.parse("23 Nov 26 13:05 GMT (x)") == Date(timeIntervalSince1970: 1_795_439_100))
        #expect(HeaderDate.parse("Mon, 23 Nov 2026 08:05:00 EST") == Date(timeIntervalSince1970: 1_795_439_100))
        for bad in ["", "x", "32 Nov 2026 00:00 +0000", "1 Foo 2026 00:00 +0000", "1 Nov 2026 25:00 +0000", "1 Nov"] {
            #expect(HeaderDate.parse(bad) == nil, "\(bad)")
        }
    }

    @Test func messageIDsAreStrict() throws {
        let domain = try MailDomain(parsing: "müller.example")
        #expect(MessageID(left: "a.b", domain: domain)?.wireForm == "<a.b@xn--mller-kva.example>")
        for bad in ["", "a b", "a>b", "a\r\nb", ".a", "a..b"] { #expect(MessageID(left: bad, domain: domain) == nil) }
        #expect(MessageID(parsing: "<a@b>") == MessageID(parsing: "a@b"))
        #expect(MessageID(parsing: "<a@b>\r\nX: y") == nil)
        #expect(MessageID.list(in: "<a@b> x <c@d> <broken").map(\.wireForm) == ["<a@b>", "<c@d>"])
    }

    @Test func unsafeTokensAndLinksAreRefused() {
        #expect(HeaderField(.autoSubmitted, token: "auto-generated")?.value == "auto-generated")
        #expect(HeaderField(.autoSubmitted, token: "a\r\nb: c") == nil)
        #expect(HeaderField(.listUnsubscribe, links: ["https://x.example/a>b"]) == nil)
        #expect(HeaderField(.listUnsubscribe, links: ["https://x.example/a"])?.value == "<https://x.example/a>")
        #expect(HeaderName("a:b") == nil)
        #expect(HeaderName("SUBJECT") == .subject)
    }
}
