import SMTP
import Testing

@Suite("Server: pipelining")
struct SMTPServerPipeliningTests {
    @Test("While a question is open, commands wait in order and are not lost")
    func waiting() throws {
        var driver = try ServerDriver.greeted()
        driver.answers = false
        #expect(
            driver.say("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.net>", "NOOP", "DATA") == [
                "(sender <a@example.org>)"
            ])
        #expect(driver.say("late") == [])
        #expect(driver.on(.senderAnswered(.accepted)) == ["250 2.1.0", "(recipient <b@example.net>)"])
        #expect(driver.on(.recipientAnswered(.accepted)) == ["250 2.1.5", "250 2.0.0", "(begin)"])
        #expect(driver.on(.messageBegun(.accepted)) == ["354"])
        #expect(driver.say(".", "QUIT") == ["(complete)"])
        #expect(text(driver.message) == "late\r\n")
        #expect(driver.on(.messageAnswered(.stored(id: "1"))) == ["250 2.0.0", "221 2.0.0", "(close)"])
    }

    private static let dialogue =
        "EHLO client.example\r\nNOOP\r\nMAIL FROM:<a@example.org> SIZE=20 BODY=8BITMIME\r\nRCPT TO:<b@example.net>\r\n"
        + "RCPT TO:<b>\r\nRCPT TO:<@x.example,@y.example:\"c d\"@example.net> NOTIFY=NEVER\r\nDATA\r\n"
        + "Subject: ü\r\n\r\n..dot\r\n...\r\n.\r\nAUTH LOGIN\r\n*\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n"
        + "smuggled\n.\nRSET\r\n.\r\nBAD\nLINE\r\n\r\nRSET\r\nMAIL FROM:<> FOO=1\r\nMAIL FROM:<>\r\n"
        + "RCPT TO:<z@example.net>\r\nDATA\r\n\r\n.\r\nQUIT\r\nNOOP\r\n"

    @Test("However the octets are cut, the same happens")
    func cuts() throws {
        var whole = try ServerDriver(isSecured: true)
        let shown = whole.send(Self.dialogue)
        #expect(shown.count == 25, "\(shown)")
        #expect(shown.last == "(close)")
        #expect(whole.stored.count == 2)
        let octets = Array(Self.dialogue.utf8)
        var random = SeededGenerator(seed: 11)
        for round in 0..<300 {
            var driver = try ServerDriver(isSecured: true)
            var pieces: [String] = []
            var rest = octets[...]
            while !rest.isEmpty {
                let length = round == 0 ? 1 : Int.random(in: 1...40, using: &random)
                pieces += driver.on(.received(Array(rest.prefix(length))))
                rest = rest.dropFirst(length)
            }
            #expect(pieces == shown)
            #expect(driver.stored == whole.stored)
            #expect(driver.replies == whole.replies)
        }
    }

    @Test("And the same if the answers come late, at any time")
    func lateAnswers() throws {
        var whole = try ServerDriver(isSecured: true)
        whole.send(Self.dialogue)
        var random = SeededGenerator(seed: 12)
        for _ in 0..<200 {
            var driver = try ServerDriver(isSecured: true)
            driver.answers = false
            var rest = Array(Self.dialogue.utf8)[...]
            var open: [String] = []
            while !rest.isEmpty || !open.isEmpty {
                if rest.isEmpty || Bool.random(using: &random), let question = open.popLast() {
                    let answer: SMTPServerSession.Event =
                        switch question.prefix(4) {
                        case "(sen": .senderAnswered(.accepted)
                        case "(rec": .recipientAnswered(.accepted)
                        case "(beg": .messageBegun(.accepted)
                        default: .messageAnswered(.stored(id: "q\(driver.stored.count)"))
                        }
                    open += questions(driver.on(answer))
                } else if !rest.isEmpty {
                    let length = Int.random(in: 1...60, using: &random)
                    open += questions(driver.on(.received(Array(rest.prefix(length)))))
                    rest = rest.dropFirst(length)
                }
                #expect(open.count <= 1, "one question at a time")
            }
            #expect(driver.replies == whole.replies)
            #expect(driver.stored == whole.stored)
        }
    }

    private func questions(_ shown: [String]) -> [String] {
        shown.filter { $0.hasPrefix("(") && $0 != "(discard)" && $0 != "(close)" }
    }

    @Test("Random octets never crash it, and each line has its answer")
    func noise() throws {
        var random = SeededGenerator(seed: 13)
        let words = [
            "MAIL FROM:", "RCPT TO:", "<", ">", "@", "a", "\"", "\\", "[", "]", ":", ",", " ", "=", "+", "DATA", "SIZE",
            "RSET",
            "\r\n", "\r", "\n", ".", "\u{0}", "ü", "EHLO x\r\n", "AUTH PLAIN", "ORCPT=rfc822;", "NOTIFY=",
        ]
        for _ in 0..<2000 {
            var driver = try ServerDriver(isSecured: Bool.random(using: &random)) {
                $0.errors = .max
                $0.idleCommands = .max
                $0.failedSignIns = .max
            }
            let noise = (0..<60).map { _ in words.randomElement(using: &random) ?? "" }.joined()
            driver.send(noise)
            for reply in driver.replies { #expect(reply.wire.suffix(2) == [0x0D, 0x0A]) }
        }
    }
}
