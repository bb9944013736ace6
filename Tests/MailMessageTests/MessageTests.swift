import Foundation
import Testing

@testable import MailMessage

@Suite struct MessageTests {
    private func message(subject: String = "Größe", text: String = "Grüße\n", html: String = "<p>Grüße</p>") throws
        -> MIMEMessage
    {
        let boundary = try #require(MIMEBoundary(unique: "b1"))
        let domain = try MailDomain(parsing: "depesche.example")
        return MIMEMessage(
            from: Mailbox(name: "Anna Müller", address: try EmailAddress(parsing: "anna@kunde.example")),
            to: [Mailbox(address: try EmailAddress(parsing: "bert@müller.example"))], subject: try HeaderText(subject),
            date: Date(timeIntervalSince1970: 1_795_439_100),
            messageID: try #require(MessageID(left: "m1", domain: domain)),
            body: .multipart(.alternative, [.plainText(text), .html(html)], boundary: boundary),
            replyTo: [Mailbox(address: try EmailAddress(parsing: "antwort@kunde.example"))], utcOffset: 3_600,
            references: [try #require(MessageID(left: "d1", domain: domain))])
    }

    @Test func aMessageIsWrittenAsTheStandardsSay() throws {
        let text = String(decoding: try message().serialized, as: UTF8.self)
        let expected = """
            Date: Mon, 23 Nov 2026 14:05:00 +0100
            From: =?UTF-8?Q?Anna_M=C3=BCller?= <anna@kunde.example>
            Reply-To: antwort@kunde.example
            To: bert@xn--mller-kva.example
            Subject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe?=
            Message-ID: <m1@depesche.example>
            References: <d1@depesche.example>
            MIME-Version: 1.0
            Content-Type: multipart/alternative; boundary="=_b1"

            --=_b1
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BC=C3=9Fe

            --=_b1
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            <p>Gr=C3=BC=C3=9Fe</p>

            --=_b1--

            """
        #expect(text == expected.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
    }

    @Test func whatWeWriteWeRead() throws {
        let parsed = MessageParser().parse(try message(text: "Grüße\nund mehr", html: "<p>日本</p>").serialized)
        #expect(parsed.subject == "Größe")
        #expect(parsed.plainText == "Grüße\r\nund mehr\r\n")
        #expect(parsed.html == "<p>日本</p>\r\n")
        #expect(parsed.date == Date(timeIntervalSince1970: 1_795_439_100))
        #expect(parsed.messageID?.left == "m1")
        #expect(parsed.mailboxes(.from).first?.name == "Anna Müller")
        #expect(!parsed.reachedLimits)
    }

    @Test func attachmentsKeepTheirNames() throws {
        var random = SeededGenerator(seed: 9)
        let boundary = MIMEBoundary(using: &random)
        for name in ["a.pdf", "Größe 日本.pdf", String(repeating: "lang", count: 60) + ".pdf", "a\"b;c.pdf"] {
            var mail = try message()
            mail.body = .multipart(
                .mixed, [mail.body, .attachment([0, 1, 2, 255], fileName: name)], boundary: boundary)
            let parsed = MessageParser().parse(mail.serialized)
            #expect(parsed.attachments.map(\.fileName) == [name])
            guard case .leaf(let bytes) = parsed.attachments.first?.content else {
                Issue.record("no content")
                continue
            }
            #expect(bytes == [0, 1, 2, 255])
            #expect(parsed.plainText == "Grüße\r\n")
        }
        let sneaky = MIMEPart.attachment([], fileName: "../../etc/pass\r\nwd")
        #expect(MessageParser().parse(sneaky.serialized).attachments.first?.fileName?.contains("/") == false)
    }

    @Test func linesAreShortAndEndInCRLF() throws {
        let long = String(repeating: "ohne Umbruch ", count: 10_000)
        let bytes = try message(text: long, html: "<p>\(long)日本</p>").serialized
        Self.expectCleanLines(bytes)
    }

    @Test func otherScriptsAreWrittenInBase64() throws {
        let bytes = try message(text: "日本語のテキスト").serialized
        #expect(String(decoding: bytes, as: UTF8.self).contains("base64"))
        #expect(MessageParser().parse(bytes).plainText == "日本語のテキスト\r\n")
    }

    @Test func onlyLocalPartsAskForSMTPUTF8() throws {
        var mail = try message(subject: "ß")
        #expect(!mail.needsSMTPUTF8)
        mail.to = [Mailbox(address: try EmailAddress(parsing: "müller@kunde.example"))]
        #expect(mail.needsSMTPUTF8)
    }

    @Test func headersAreExchangedInWrittenMail() throws {
        let mail = try message()
        let from = Mailbox(name: "Anna über Depesche", address: try EmailAddress(parsing: "system@depesche.example"))
        let sender = Mailbox(address: try EmailAddress(parsing: "s@depesche.example"))
        let changed = MessageHeaders.replacing(
            [HeaderField(.from, mailboxes: [from]), HeaderField(.sender, mailboxes: [sender])], removing: [.replyTo],
            in: mail.serialized)
        var expected = mail
        expected.from = from
        expected.replyTo = []
        let parsed = MessageParser().parse(changed)
        #expect(parsed.mailboxes(.from) == [from])
        #expect(parsed.mailboxes(.sender) == [sender])
        #expect(parsed.header(.replyTo) == nil)
        #expect(parsed.headers.filter { $0.name == "From" }.count == 1)
        #expect(parsed.plainText == "Grüße\r\n")
        #expect(changed.suffix(mail.body.serialized.count) == mail.body.serialized[...])
    }

    @Test func foreignCharsetsAreRead() {
        func text(_ charset: String, _ bytes: [UInt8]) -> String? {
            MessageParser().parse(Array("Content-Type: text/plain; charset=\(charset)\r\n\r\n".utf8) + bytes).plainText
        }
        #expect(text("iso-8859-1", [0xE4]) == "ä")
        #expect(text("ISO-8859-15", [0xA4]) == "€")
        #expect(text("\"Windows-1252\"", [0x84, 0x81]) == "„\u{FFFD}")
        #expect(text("us-ascii", [0x61, 0xE4]) == "a\u{FFFD}")
        #expect(text("utf-8", [0xFF]) == "\u{FFFD}")
        #expect(text("x-unknown", [0xE4]) == "ä")
        #expect(text("x-unknown", [0xC3, 0xA4]) == "ä")
    }

    @Test func deepAndWideMailStopsAtTheLimits() {
        var deep = ""
        for level in 0..<200 { deep += "Content-Type: multipart/mixed; boundary=b\(level)\r\n\r\n--b\(level)\r\n" }
        #expect(MessageParser().parse(Array(deep.utf8)).reachedLimits)
        let wide = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 5_000)
        let parsed = MessageParser().parse(Array(wide.utf8))
        #expect(parsed.reachedLimits)
        #expect(parsed.root.all.count <= 500)
        let long = "Subject: " + String(repeating: "a", count: 1_000_000) + "\n\nx"
        #expect(MessageParser().parse(Array(long.utf8)).reachedLimits)
        let many = String(repeating: "A: b\n", count: 20_000) + "\nx"
        #expect(MessageParser().parse(Array(many.utf8)).headers.count <= 1_000)
    }

    @Test func missingEndsAreForgiven() {
        let text =
            "Content-Type: multipart/alternative; boundary=x\n\npre\n--x\n\nhallo\n--x\nContent-Type: text/html\n\n<p>"
        let parsed = MessageParser().parse(Array(text.utf8))
        #expect(parsed.plainText == "hallo")
        #expect(parsed.html == "<p>")
    }

    @Test func theParserSurvivesAnything() throws {
        var random = SeededGenerator(seed: 10)
        var mail = try message(text: "Grüße", html: "<p>=</p>")
        mail.body = .multipart(
            .mixed, [mail.body, .attachment([1, 2], fileName: "Größe.pdf")], boundary: MIMEBoundary(using: &random))
        let seed = mail.serialized
        func touch(_ bytes: [UInt8]) {
            let parsed = MessageParser().parse(bytes)
            _ = (parsed.subject, parsed.date, parsed.messageID, parsed.mailboxes(.from), parsed.mailboxes(.to))
            _ = (parsed.plainText, parsed.html, parsed.attachments.count)
            _ = MessageHeaders.replacing([HeaderField(.subject, text: mail.subject)], in: bytes)
        }
        for _ in 0..<400 { touch(random.bytes(0...400)) }
        for _ in 0..<1_500 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(Array("\r\n \t=?;\"'*-:".utf8).randomElement(using: &random) ?? 0, at: index)
                default: bytes.removeSubrange(index..<min(bytes.count, index + 20))
                }
                if bytes.isEmpty { bytes = [0x0A] }
            }
            touch(bytes)
        }
        for length in 0..<min(seed.count, 1_200) { touch(Array(seed[..<length])) }
    }

    static func expectCleanLines(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        var length = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0A { #expect(previous == 0x0D, "bare LF", sourceLocation: sourceLocation) }
            if previous == 0x0D { #expect(byte == 0x0A, "bare CR", sourceLocation: sourceLocation) }
            length = byte == 0x0A ? 0 : length + 1
            if length > 79 { Issue.record("line too long", sourceLocation: sourceLocation); return }
            previous = byte
        }
    }
}
