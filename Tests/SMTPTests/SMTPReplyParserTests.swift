import MailMessage
import SMTP
import Testing

@Suite("Reply parser")
struct SMTPReplyParserTests {
    private func parse(_ text: String) -> [SMTPReplyParser.Outcome] {
        var parser = SMTPReplyParser()
        var rest = Array(text.utf8)[...]
        var outcomes: [SMTPReplyParser.Outcome] = []
        while !rest.isEmpty {
            let (consumed, outcome) = parser.consume(rest)
            rest = rest.dropFirst(consumed)
            outcomes.append(outcome)
            if case .violation = outcome { break }
        }
        return outcomes
    }

    @Test("Single lines, several lines, and lines without text")
    func wellFormed() {
        #expect(parse("250 OK\r\n") == [.reply(reply(250, "OK"))])
        #expect(parse("250\r\n") == [.reply(reply(250, ""))])
        #expect(parse("250 \r\n") == [.reply(reply(250, ""))])
        #expect(parse("250-a\r\n250-\r\n250 c\r\n") == [.reply(reply(250, "a", "", "c"))])
        #expect(parse("250 a\r\n354 b\r\n") == [.reply(reply(250, "a")), .reply(reply(354, "b"))])
        #expect(parse("250 a\r\n354") == [.reply(reply(250, "a")), .incomplete])
    }

    @Test(
        "What is no reply is a violation",
        arguments: [
            ("250 OK\n", SMTPReplyParser.Violation.bareLineFeed), ("250 a\rb\r\n", .bareCarriageReturn),
            ("250 a\r\r\n", .bareCarriageReturn), ("HTTP/1.1 400", .garbage), ("\r\n", .garbage), ("25\r\n", .garbage),
            ("199 a\r\n", .garbage), ("600 a\r\n", .garbage), ("250_a\r\n", .garbage), ("250 a\u{0}", .garbage),
            ("\u{16}\u{3}", .garbage), ("250-a\r\n251 b\r\n", .codeChanged),
            ("250 " + String(repeating: "x", count: 2043) + "\r\n", .lineTooLong),
            (String(repeating: "250-x\r\n", count: 101), .tooManyLines),
            (String(repeating: "250-" + String(repeating: "x", count: 1990) + "\r\n", count: 40), .replyTooLong),
        ])
    func violations(_ text: String, _ violation: SMTPReplyParser.Violation) {
        #expect(parse(text).last == .violation(violation))
    }

    @Test("After a violation nothing more is taken")
    func staysBroken() {
        var parser = SMTPReplyParser()
        #expect(parser.consume("x".utf8).outcome == .violation(.garbage))
        let (consumed, outcome) = parser.consume("250 OK\r\n".utf8)
        #expect(consumed == 0)
        #expect(outcome == .violation(.garbage))
    }

    @Test("The limits themselves are allowed")
    func limits() {
        let line = "250 " + String(repeating: "x", count: 2042) + "\r\n"
        #expect(line.utf8.count == SMTPReplyParser.maximumLineLength)
        #expect(parse(line).count == 1)
        let lines = String(repeating: "250-x\r\n", count: 99) + "250 x\r\n"
        #expect(parse(lines) == [.reply(SMTPReply(code: 250, lines: Array(repeating: "x", count: 100)))])
    }

    @Test("However the octets are cut, the same replies come out")
    func cuts() {
        let text = "220-mail.example\r\n220 ready\r\n250-SIZE 1\r\n250-\r\n250 OK\r\n550 5.1.1 né\r\n354\r\n421 bye\r\n"
        let octets = Array(text.utf8)
        let whole = parse(text)
        #expect(whole.count == 5)
        var random = SeededGenerator(seed: 7)
        for round in 0..<500 {
            var parser = SMTPReplyParser()
            var outcomes: [SMTPReplyParser.Outcome] = []
            var index = 0
            while index < octets.count {
                let length = round == 0 ? 1 : Int.random(in: 1...20, using: &random)
                var piece = octets[index..<min(octets.count, index + length)]
                index += piece.count
                while !piece.isEmpty {
                    let (consumed, outcome) = parser.consume(piece)
                    piece = piece.dropFirst(consumed)
                    if outcome != .incomplete { outcomes.append(outcome) }
                }
            }
            #expect(outcomes == whole)
            #expect(!parser.isInsideReply)
        }
    }

    @Test("Random octets never crash it")
    func noise() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("0123456789 -\r\nabc".utf8)
        for _ in 0..<2000 {
            var parser = SMTPReplyParser()
            let octets = (0..<60).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            var rest = octets[...]
            while !rest.isEmpty {
                let (consumed, outcome) = parser.consume(rest)
                #expect(consumed <= rest.count)
                if case .violation = outcome { break }
                rest = rest.dropFirst(consumed)
            }
        }
    }

    @Test("The enhanced status is read where its class fits the code")
    func enhancedStatus() {
        #expect(reply(550, "5.1.1 no such user").enhancedStatus == EnhancedStatusCode(5, 1, 1))
        #expect(reply(550, "5.1.1").enhancedStatus == EnhancedStatusCode(5, 1, 1))
        #expect(reply(450, "5.1.1 x").enhancedStatus == nil)
        #expect(reply(250, "SIZE").enhancedStatus == nil)
        #expect(reply(550, "5.1.1x no").enhancedStatus == nil)
        #expect(EnhancedStatusCode("5.1") == nil)
        #expect(EnhancedStatusCode("5.1.1000") == nil)
        #expect(EnhancedStatusCode("5..1") == nil)
        #expect(EnhancedStatusCode("3.1.1") == nil)
        #expect(EnhancedStatusCode("5.7.26")?.description == "5.7.26")
    }

    @Test("Control characters and direction overrides of a server are not shown")
    func safeText() {
        #expect(parse("550 a\u{1B}[31m\u{202E}b\r\n") == [.reply(reply(550, "a [31m b"))])
        var parser = SMTPReplyParser()
        let octets: [UInt8] = Array("550 ".utf8) + [0xFF, 0xFE] + Array("\r\n".utf8)
        #expect(parser.consume(octets).outcome == .reply(reply(550, "\u{FFFD}\u{FFFD}")))
    }

    @Test("A reply shows itself as it was sent")
    func wireLines() {
        #expect(reply(250, "a", "b").wireLines == ["250-a", "250 b"])
        #expect(reply(250, "").wireLines == ["250"])
        #expect(reply(250, "").description == "250")
        #expect(reply(550, "a", "b").description == "550 a b")
    }
}
