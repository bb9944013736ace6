import SMTP
import Testing

@Suite("Server: mail transactions")
struct SMTPServerTransactionTests {
    @Test("One mail, question by question")
    func oneByOne() throws {
        var driver = try ServerDriver.greeted()
        driver.answers = false
        #expect(driver.say("MAIL FROM:<a@example.org>") == ["(sender <a@example.org>)"])
        #expect(driver.session.envelope == nil)
        #expect(driver.on(.senderAnswered(.accepted)) == ["250 2.1.0"])
        #expect(driver.say("RCPT TO:<b@example.net>") == ["(recipient <b@example.net>)"])
        #expect(driver.on(.recipientAnswered(.accepted)) == ["250 2.1.5"])
        #expect(driver.say("DATA") == ["(begin)"])
        #expect(driver.on(.messageBegun(.accepted)) == ["354"])
        #expect(driver.say("Subject: x", "", "..text") == [])
        #expect(driver.say(".") == ["(complete)"])
        #expect(text(driver.message) == "Subject: x\r\n\r\n.text\r\n")
        #expect(driver.replies.last?.code == 354, "no 250 before the message is stored")
        #expect(driver.on(.messageAnswered(.stored(id: "42"))) == ["250 2.0.0"])
        #expect(driver.replies.last?.text == "2.0.0 Stored as 42")
        #expect(driver.session.envelope == nil)
        #expect(driver.say("MAIL FROM:<a@example.org>") == ["(sender <a@example.org>)"])
    }

    @Test("Answers to what was not asked change nothing: above all, there is no 250 without \"stored\"")
    func unaskedAnswers() throws {
        var driver = try ServerDriver.inContent()
        driver.answers = false
        driver.say("x", ".")
        let unasked: [SMTPServerSession.Event] = [
            .senderAnswered(.accepted), .recipientAnswered(.accepted), .messageBegun(.accepted),
            .authenticationAnswered(.accepted), .tlsEstablished, .connected, .timeout,
        ]
        for event in unasked { #expect(driver.on(event) == []) }
        #expect(driver.on(.messageAnswered(.stored(id: "1"))) == ["250 2.0.0"])
        #expect(driver.on(.messageAnswered(.stored(id: "1"))) == [])
    }

    @Test("The owner refuses at each question, with its own words")
    func refusals() throws {
        let no = SMTPServerSession.Verdict.refused(reply(550, "5.7.1 No"))
        var driver = try ServerDriver.greeted()
        driver.answers = false
        driver.say("MAIL FROM:<a@example.org>")
        #expect(driver.on(.senderAnswered(no)) == ["550 5.7.1"])
        #expect(driver.session.envelope == nil)
        driver.say("MAIL FROM:<a@example.org>")
        driver.on(.senderAnswered(.accepted))
        driver.say("RCPT TO:<b@example.net>")
        #expect(driver.on(.recipientAnswered(no)) == ["550 5.7.1"])
        #expect(driver.session.envelope?.recipients.isEmpty == true)
        #expect(driver.say("DATA") == ["554 5.5.1"])
        driver.say("RCPT TO:<b@example.net>")
        driver.on(.recipientAnswered(.accepted))
        driver.say("DATA")
        #expect(driver.on(.messageBegun(.refused(reply(452, "4.3.1 Disk full")))) == ["452 4.3.1"])
        #expect(driver.session.wait == .command)
        driver = try ServerDriver.inContent()
        driver.answers = false
        driver.say("x", ".")
        #expect(driver.on(.messageAnswered(.refused(reply(451, "4.3.0 Later")))) == ["451 4.3.0"])
        #expect(driver.session.wait == .command)
    }

    @Test("A refusal that is none becomes a temporary one, and 421 ends the session", arguments: [220, 250, 354])
    func oddRefusals(_ code: Int) throws {
        var driver = try ServerDriver.inContent()
        driver.answers = false
        driver.say("x", ".")
        #expect(driver.on(.messageAnswered(.refused(reply(code, "2.0.0 fine")))) == ["451 4.3.0"])
        driver.say("MAIL FROM:<>")
        #expect(driver.on(.senderAnswered(.refused(reply(421, "4.7.0 Enough")))) == ["421 4.7.0", "(close)"])
    }

    @Test("Commands out of order")
    func sequence() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say("RCPT TO:<b@example.net>", "DATA") == ["503 5.5.1", "503 5.5.1"])
        #expect(driver.say("MAIL FROM:<>", "MAIL FROM:<>") == ["250 2.1.0", "503 5.5.1"])
        #expect(driver.say("DATA") == ["554 5.5.1"])
        #expect(
            driver.say("RCPT TO:<b@example.net>", "DATA", ".", "DATA") == [
                "250 2.1.5", "354", "250 2.0.0", "503 5.5.1",
            ])
    }

    @Test("Parameters reach the owner")
    func parameters() throws {
        var driver = try ServerDriver.greeted(isSecured: true)
        driver.say(
            "MAIL FROM:<a@example.org> size=99 BODY=8bitmime SMTPUTF8 RET=HDRS ENVID=QQ+2B3 AUTH=<>",
            "RCPT TO:<jürgen@example.net> NOTIFY=success,DELAY ORCPT=rfc822;B+2Bc@example.com",
            "RCPT TO:<Postmaster> NOTIFY=NEVER", "DATA", ".")
        let envelope = try #require(driver.stored.first?.envelope)
        #expect(envelope.parameters.size == 99)
        #expect(envelope.parameters.body == .eightBitMIME)
        #expect(envelope.parameters.smtpUTF8)
        #expect(envelope.parameters.reportContent == .headers)
        #expect(envelope.parameters.envelopeID == "QQ+3")
        #expect(envelope.parameters.submitter == "")
        #expect(envelope.recipients[0].address.wire == "jürgen@example.net")
        #expect(envelope.recipients[0].parameters.notify == [.success, .delay])
        #expect(
            envelope.recipients[0].parameters.original == .init(type: "rfc822", address: "B+c@example.com"))
        #expect(envelope.recipients[1].address.wire == "postmaster@mail.example")
        #expect(envelope.recipients[1].parameters.notify == [])
    }

    @Test("Addresses beyond ASCII need SMTPUTF8 behind MAIL (RFC 6531, 3.5)")
    func utf8() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say("MAIL FROM:<jürgen@example.org>") == ["553 5.6.7"])
        driver.say("MAIL FROM:<>")
        #expect(driver.say("RCPT TO:<jürgen@example.net>") == ["553 5.6.7"])
        driver.say("RSET")
        #expect(driver.say("MAIL FROM:<jürgen@bücher.example> SMTPUTF8") == ["250 2.1.0"])
        #expect(driver.session.envelope?.sender.wire == "jürgen@xn--bcher-kva.example")
        #expect(driver.session.transmission == .utf8SMTP)
    }

    @Test("A queue id cannot break out of its reply")
    func hostileID() throws {
        var driver = try ServerDriver.inContent()
        driver.answers = false
        driver.say("x", ".")
        driver.on(.messageAnswered(.stored(id: "7\r\n221 bye\u{0}é")))
        let wire = try #require(driver.replies.last?.wire)
        #expect(text(wire) == "250 2.0.0 Stored as 7??221 bye??\r\n")
    }

    @Test("No reply repeats what the client sent")
    func noEcho() throws {
        var driver = try ServerDriver.greeted()
        driver.say("XEVIL", "MAIL FROM:<evil>", "RCPT TO:<evil@>", "EHLO evil!", "VRFY evil", "HELP evil", "NOOP evil")
        #expect(!driver.replies.contains { $0.text.lowercased().contains("evil") })
    }

    @Test("A reply on the wire")
    func wire() {
        #expect(text(reply(250, "a", "b").wire) == "250-a\r\n250 b\r\n")
        #expect(text(reply(250, "a", "", "").wire) == "250-a\r\n250-\r\n250\r\n")
        #expect(text(reply(334, "").wire) == "334 \r\n")
        #expect(reply(250, String(repeating: "x", count: 2000)).wire.count == 512)
    }
}
