import SMTP
import Testing

@Suite("Server: opening a session")
struct SMTPServerOpeningTests {
    @Test("EHLO is answered with what is offered in the clear")
    func ehlo() throws {
        var driver = try ServerDriver()
        #expect(driver.session.wait == .command)
        #expect(
            driver.say("EHLO client.example") == [
                "250-mail.example|250-PIPELINING|250-SIZE 1000|250-8BITMIME|250-SMTPUTF8|250-DSN"
                    + "|250-ENHANCEDSTATUSCODES|250 STARTTLS"
            ])
        #expect(driver.session.clientName?.wire == "client.example")
        #expect(driver.session.isExtended)
    }

    @Test("Over TLS there is AUTH and REQUIRETLS and no STARTTLS")
    func ehloSecured() throws {
        var driver = try ServerDriver(isSecured: true)
        #expect(
            driver.say("ehlo [192.0.2.1]") == [
                "250-mail.example|250-PIPELINING|250-SIZE 1000|250-8BITMIME|250-SMTPUTF8|250-DSN"
                    + "|250-ENHANCEDSTATUSCODES|250-AUTH PLAIN LOGIN|250 REQUIRETLS"
            ])
    }

    @Test("HELO offers nothing, and no parameter is known after it")
    func helo() throws {
        var driver = try ServerDriver()
        #expect(driver.say("HELO client.example") == ["250 mail.example"])
        #expect(driver.say("MAIL FROM:<a@example.org> SIZE=1") == ["555 5.5.4"])
        #expect(driver.say("MAIL FROM:<a@example.org>") == ["250 2.1.0"])
        #expect(driver.session.transmission == .smtp)
    }

    @Test(
        "What is no name is refused and changes nothing (RFC 5321, 4.1.4)", arguments: ["", " ", " a b", " -x", " ü"])
    func badNames(_ rest: String) throws {
        var driver = try ServerDriver.greeted()
        driver.say("MAIL FROM:<>")
        #expect(driver.say("EHLO" + rest) == ["501 5.5.4"])
        #expect(driver.session.clientName?.wire == "client.example")
        #expect(driver.session.envelope != nil)
    }

    @Test("EHLO and RSET end the mail under way")
    func reset() throws {
        for line in ["EHLO again.example", "HELO again.example", "RSET"] {
            var driver = try ServerDriver.greeted()
            driver.say("MAIL FROM:<>", "RCPT TO:<b@example.net>")
            driver.say(line)
            #expect(driver.session.envelope == nil)
            #expect(driver.say("DATA") == ["503 5.5.1"])
        }
    }

    @Test(
        "Commands without a mail",
        arguments: [
            ("NOOP", "250 2.0.0"), ("NOOP anything", "250 2.0.0"), ("noop", "250 2.0.0"), ("NOOP \t ", "250 2.0.0"),
            ("RSET", "250 2.0.0"), ("RSET x", "501 5.5.4"), ("VRFY anna", "252 2.5.0"), ("VRFY", "501 5.5.4"),
            ("HELP", "214 2.0.0"), ("HELP MAIL", "214 2.0.0"), ("EXPN list", "502 5.5.1"), ("BDAT 5", "502 5.5.1"),
            ("TURN", "502 5.5.1"), ("WHAT", "500 5.5.2"), ("", "500 5.5.2"), (" NOOP", "500 5.5.2"),
            ("NOOP\tx", "500 5.5.2"), ("ﬆartTLS", "500 5.5.2"), ("DATA x", "501 5.5.4"), ("STARTTLS x", "501 5.5.4"),
            ("QUIT x", "501 5.5.4"), ("AUTH", "501 5.5.2"), ("MAIL", "501 5.5.2"), ("RCPT", "501 5.5.2"),
        ])
    func single(_ line: String, _ reply: String) throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say(line) == [reply])
        #expect(driver.session.wait == .command)
    }

    @Test("QUIT is answered and closes")
    func quit() throws {
        var driver = try ServerDriver()
        #expect(driver.say("QUIT", "NOOP") == ["221 2.0.0", "(close)"])
        #expect(driver.session.isClosed)
        #expect(driver.session.wait == nil)
        #expect(driver.say("NOOP") == [])
        #expect(driver.on(.timeout) == [])
    }

    @Test("What comes before the greeting waits")
    func early() throws {
        let name = try #require(SMTPHelloName("mail.example"))
        var session = SMTPServerSession(configuration: .init(hostName: name))
        #expect(session.receive(.received(Array("NOOP\r\n".utf8))) == [])
        #expect(session.receive(.connected).count == 2)
        #expect(session.receive(.connected) == [])
    }

    @Test("Before EHLO there is no mail, no sign-in and no TLS")
    func sequence() throws {
        for line in [
            "MAIL FROM:<>", "MAIL FROM:<> SIZE=5", "RCPT TO:<b@example.net>", "DATA", "STARTTLS", "AUTH PLAIN",
        ] {
            var driver = try ServerDriver()
            #expect(driver.say(line) == ["503 5.5.1"], "\(line)")
        }
    }

    @Test(
        "A browser's request ends the session at once",
        arguments: ["GET / HTTP/1.1", "POST / HTTP/1.1", "CONNECT a:25"])
    func crossProtocol(_ line: String) throws {
        var driver = try ServerDriver()
        #expect(driver.say(line, "Host: x", "", "MAIL FROM:<>") == ["421 4.7.0", "(close)"])
    }

    @Test("Timeouts, shutdown and closing in each state")
    func endings() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.on(.timeout) == ["421 4.4.2", "(close)"])
        driver = try ServerDriver.greeted()
        #expect(driver.on(.shutdown) == ["421 4.3.2", "(close)"])
        driver = try ServerDriver.greeted()
        #expect(driver.on(.closed) == ["(close)"])
        driver = try ServerDriver.inContent()
        #expect(driver.session.wait == .content)
        #expect(driver.on(.timeout) == ["(discard)", "421 4.4.2", "(close)"])
        driver = try ServerDriver.inContent()
        #expect(driver.on(.shutdown) == ["(discard)", "421 4.3.2", "(close)"])
        driver = try ServerDriver.inContent()
        #expect(driver.on(.closed) == ["(discard)", "(close)"])
    }

    @Test("While a question is open no time runs, and shutdown does not wait for it unless a mail is being stored")
    func endingsWithQuestions() throws {
        for line in ["MAIL FROM:<>", "RCPT TO:<b@example.net>", "DATA"] {
            var driver = try ServerDriver.greeted()
            if line != "MAIL FROM:<>" { driver.say("MAIL FROM:<>") }
            if line == "DATA" { driver.say("RCPT TO:<b@example.net>") }
            driver.answers = false
            driver.say(line)
            #expect(driver.session.wait == nil)
            #expect(!driver.session.wantsInput)
            #expect(driver.on(.timeout) == [])
            let discard = line == "DATA" ? ["(discard)"] : []
            #expect(driver.on(.shutdown) == discard + ["421 4.3.2", "(close)"])
        }
        var driver = try ServerDriver.inContent()
        driver.answers = false
        #expect(driver.say("a", ".", "NOOP") == ["(complete)"])
        #expect(driver.on(.timeout) == [])
        #expect(driver.on(.shutdown) == [])
        #expect(driver.on(.messageAnswered(.stored(id: "7"))) == ["250 2.0.0", "421 4.3.2", "(close)"])
        driver = try ServerDriver.inContent()
        driver.answers = false
        driver.say("a", ".")
        #expect(driver.on(.closed) == ["(close)"])
        #expect(driver.on(.messageAnswered(.stored(id: "7"))) == [])
    }

    @Test("The limits in time are those that the RFC asks for")
    func timeouts() {
        let timeouts = SMTPServerTimeouts.standard
        #expect(timeouts[.command] >= .seconds(300))
        #expect(timeouts[.content] >= .seconds(300))
        #expect(timeouts[.tls] == .seconds(60))
    }
}
