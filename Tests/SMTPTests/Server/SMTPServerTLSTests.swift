import SMTP
import Testing

@Suite("Server: STARTTLS")
struct SMTPServerTLSTests {
    @Test("STARTTLS resets the session (RFC 3207, 4.2)")
    func resets() throws {
        var driver = try ServerDriver.greeted()
        driver.say("MAIL FROM:<a@example.org>")
        #expect(driver.say("STARTTLS") == ["220 2.0.0", "(tls)"])
        #expect(driver.session.wait == .tls)
        #expect(driver.on(.tlsEstablished) == [])
        #expect(driver.session.isSecured)
        #expect(driver.session.clientName == nil)
        #expect(driver.session.envelope == nil)
        #expect(driver.say("MAIL FROM:<>") == ["503 5.5.1"])
        driver.say("EHLO client.example")
        #expect(driver.session.offer.authentication == [.plain, .login])
        #expect(driver.say("STARTTLS") == ["503 5.5.1"])
        #expect(driver.on(.tlsEstablished) == [])
    }

    @Test("CVE-2011-0411: a command in the packet of STARTTLS ends the session")
    func injection() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say("STARTTLS", "MAIL FROM:<evil@example.org>") == ["421 4.7.0", "(close)"])
        #expect(!driver.session.isSecured)
        driver = try ServerDriver.greeted()
        #expect(driver.send("STARTTLS\r\nM") == ["421 4.7.0", "(close)"])
    }

    @Test("CVE-2011-0411: so does one between the answer and the handshake")
    func lateInjection() throws {
        var driver = try ServerDriver.greeted()
        driver.say("STARTTLS")
        #expect(driver.say("RSET") == ["(close)"])
        #expect(driver.on(.tlsEstablished) == [])
    }

    @Test("CVE-2011-0411: and one that waited behind an open question")
    func queuedInjection() throws {
        var driver = try ServerDriver.greeted()
        driver.answers = false
        #expect(driver.say("MAIL FROM:<>", "STARTTLS", "NOOP") == ["(sender <>)"])
        #expect(driver.on(.senderAnswered(.accepted)) == ["250 2.1.0", "421 4.7.0", "(close)"])
    }

    @Test("A handshake that fails, stalls or is cut off ends without a word")
    func failures() throws {
        for event in [SMTPServerSession.Event.timeout, .closed, .shutdown] {
            var driver = try ServerDriver.greeted()
            driver.say("STARTTLS")
            #expect(driver.on(event) == ["(close)"])
        }
    }

    @Test("Where TLS is required, MAIL waits for it")
    func required() throws {
        var driver = try ServerDriver(requiresTLS: true)
        driver.say("EHLO client.example")
        #expect(driver.say("MAIL FROM:<>") == ["530 5.7.0"])
        driver.say("STARTTLS")
        driver.on(.tlsEstablished)
        driver.say("EHLO client.example")
        #expect(driver.say("MAIL FROM:<>") == ["250 2.1.0"])
    }

    @Test("Where TLS is not offered, STARTTLS is not there")
    func notOffered() throws {
        let name = try #require(SMTPHelloName("mail.example"))
        var session = SMTPServerSession(configuration: .init(hostName: name))
        _ = session.receive(.connected)
        let actions = session.receive(.received(Array("EHLO x\r\nSTARTTLS\r\nAUTH PLAIN\r\n".utf8)))
        #expect(
            actions.dropFirst() == [
                .reply(reply(502, "5.5.1 Not offered")), .reply(reply(502, "5.5.1 Not offered")),
            ])
    }

    @Test("REQUIRETLS is known over TLS only (RFC 8689, 2)")
    func requireTLS() throws {
        var driver = try ServerDriver.greeted()
        #expect(driver.say("MAIL FROM:<> REQUIRETLS") == ["555 5.5.4"])
        driver = try ServerDriver.greeted(isSecured: true)
        #expect(driver.say("MAIL FROM:<> REQUIRETLS=1") == ["501 5.5.4"])
        #expect(driver.say("MAIL FROM:<> REQUIRETLS") == ["250 2.1.0"])
        #expect(driver.session.envelope?.parameters.requireTLS == true)
    }
}
