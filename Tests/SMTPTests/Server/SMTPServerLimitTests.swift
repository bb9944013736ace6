import SMTP
import Testing

@Suite("Server: limits")
struct SMTPServerLimitTests {
    @Test("An overlong line is answered once, and skipped to its end")
    func longLine() throws {
        var driver = try ServerDriver.greeted()
        let fitting = "NOOP " + String(repeating: "x", count: SMTPCommandLineDecoder.maximumCommandLength - 7)
        #expect(driver.say(fitting) == ["250 2.0.0"])
        #expect(driver.say(fitting + "x", "NOOP") == ["500 5.5.2", "250 2.0.0"])
        #expect(driver.say(String(repeating: "x", count: 60000)) == ["500 5.5.2"])
        #expect(driver.send(String(repeating: "x", count: 65537)) == ["421 4.7.0", "(close)"])
    }

    @Test(
        "Declared sizes are checked at once",
        arguments: [
            ("1000", "250 2.1.0"), ("1001", "552 5.3.4"), ("99999999999999999999", "552 5.3.4"), ("x", "501 5.5.4"),
            ("-1", "501 5.5.4"), ("999999999999999999999", "501 5.5.4"),
        ])
    func declaredSize(_ size: String, _ expected: String) throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say("MAIL FROM:<> SIZE=\(size)") == [expected])
    }

    @Test("Without a limit in SIZE every size is taken", arguments: [0, nil] as [Int?])
    func noLimit(_ size: Int?) throws {
        var driver = try ServerDriver.inContent(size: size)
        #expect(driver.send(String(repeating: "x\r\n", count: 1000) + ".\r\n") == ["250 2.0.0"])
    }

    @Test("The true size counts all CR LF and no doubled dots")
    func trueSize() throws {
        var driver = try ServerDriver.inContent(size: 6)
        #expect(driver.send("..ab\r\n\r\n.\r\n") == ["(discard)", "552 5.3.4"])
        driver = try ServerDriver.inContent(size: 6)
        #expect(driver.send("..a\r\n\r\n.\r\n") == ["250 2.0.0"])
        #expect(text(driver.stored[0].message) == ".a\r\n\r\n")
    }

    @Test("What is too large is read in vain up to a bound, then the connection ends")
    func endless() throws {
        var driver = try ServerDriver.inContent(size: 10) { $0.discarded = 100 }
        #expect(driver.send(String(repeating: "x\r\n", count: 10)) == ["(discard)"])
        #expect(driver.message.count <= 10)
        #expect(driver.send(String(repeating: "x\r\n", count: 40)) == ["421 4.3.4", "(close)"])
    }

    @Test("Lines of a message have at most 998 octets, or what is configured")
    func lineLength() throws {
        let line = String(repeating: "x", count: 998)
        var driver = try ServerDriver.inContent(size: nil)
        #expect(driver.say(line, ".\(line)", ".") == ["250 2.0.0"])
        driver = try ServerDriver.inContent(size: nil)
        #expect(driver.say(line + "x", ".") == ["(discard)", "554 5.6.0"])
        driver = try ServerDriver.inContent(size: nil) { $0.lineLength = 2000 }
        #expect(driver.say(line + line, ".") == ["250 2.0.0"])
    }

    @Test("Recipients beyond the limit wait for the next mail (RFC 5321, 4.5.3.1.10)")
    func recipients() throws {
        #expect(SMTPServerSession.Limits().recipients >= 100)
        var driver = try ServerDriver.greeted { $0.recipients = 2 }
        driver.say("MAIL FROM:<>")
        let replies = (0..<4).flatMap { driver.say("RCPT TO:<r\($0)@example.net>") }
        #expect(replies == ["250 2.1.5", "250 2.1.5", "452 4.5.3", "452 4.5.3"])
        #expect(driver.say("DATA", ".") == ["354", "250 2.0.0"])
        #expect(driver.stored[0].envelope.recipients.count == 2)
    }

    @Test("Mails of a connection")
    func mails() throws {
        var driver = try ServerDriver.greeted { $0.mails = 2 }
        for _ in 0..<2 { driver.say("MAIL FROM:<>", "RCPT TO:<b@example.net>", "DATA", ".") }
        #expect(driver.stored.count == 2)
        #expect(driver.say("MAIL FROM:<>", "RCPT TO:<b@example.net>") == ["421 4.7.0", "(close)"])
    }

    @Test("Errors of a connection")
    func errors() throws {
        var driver = try ServerDriver.greeted { $0.errors = 3 }
        #expect(
            driver.say("X", "MAIL", "NOOP", "X", "NOOP") == [
                "500 5.5.2", "501 5.5.2", "250 2.0.0", "421 4.7.0", "(close)",
            ])
    }

    @Test("Commands that lead to no mail")
    func idleCommands() throws {
        var driver = try ServerDriver.greeted { $0.idleCommands = 3 }
        #expect(driver.say("NOOP", "RSET", "NOOP") == ["250 2.0.0", "250 2.0.0", "421 4.7.0", "(close)"])
        driver = try ServerDriver.greeted { $0.idleCommands = 3 }
        driver.say("NOOP", "MAIL FROM:<>", "RCPT TO:<b@example.net>", "DATA", ".")
        #expect(driver.say("NOOP", "NOOP", "NOOP").count == 3)
    }

    @Test("What waits behind an open question is bounded")
    func backlog() throws {
        var driver = try ServerDriver.greeted { $0.backlog = 100 }
        driver.answers = false
        driver.say("MAIL FROM:<>")
        #expect(driver.send(String(repeating: "NOOP\r\n", count: 16)) == [])
        #expect(driver.say("NOOP") == ["421 4.7.0", "(close)"])
    }

    @Test("Mail that goes round in a circle is refused (RFC 5321, 6.3)")
    func hops() throws {
        func message(_ count: Int) -> String {
            String(repeating: "Received: from a\r\n\tby b; today\r\n", count: count)
                + "Subject: x\r\n\r\nReceived: no\r\n.\r\n"
        }
        var driver = try ServerDriver.inContent(size: nil)
        #expect(driver.send(message(100)) == ["250 2.0.0"])
        driver = try ServerDriver.inContent(size: nil)
        #expect(driver.send(message(101)) == ["(discard)", "554 5.4.6"])
        driver = try ServerDriver.inContent(size: nil)
        #expect(message(101).utf8.flatMap { driver.on(.received([$0])) } == ["(discard)", "554 5.4.6"])
    }
}
