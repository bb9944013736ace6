import SMTP
import Testing

@Suite("Opening a session")
struct SMTPOpeningTests {
    @Test("Greeting, EHLO, ready")
    func plain() throws {
        var driver = try Driver()
        #expect(driver.session.timeoutPhase == nil)
        #expect(driver.on(.connected) == [])
        #expect(driver.session.timeoutPhase == .greeting)
        #expect(driver.on(220, "mx.example") == ["EHLO client.example"])
        #expect(driver.session.timeoutPhase == .hello)
        #expect(driver.on(250, "mx.example", "SIZE 5") == ["(ready)"])
        #expect(driver.session.timeoutPhase == .idle)
        #expect(driver.session.isIdle)
        #expect(driver.session.capabilities?.size == 5)
        #expect(driver.on(.quit) == ["QUIT"])
        #expect(driver.session.timeoutPhase == .quit)
        #expect(driver.on(221, "bye") == ["(close)"])
        #expect(driver.session.isClosed)
        #expect(driver.on(220, "again") == [])
    }

    @Test("A server without EHLO is greeted with HELO", arguments: [500, 502, 504, 550])
    func helo(_ code: Int) throws {
        var driver = try Driver()
        driver.on(.connected)
        driver.on(220, "old")
        #expect(driver.on(code, "what?") == ["HELO client.example"])
        #expect(driver.on(250, "old") == ["(ready)"])
        #expect(driver.session.capabilities?.isExtended == false)
    }

    @Test("STARTTLS, and what was learned before is forgotten")
    func startTLS() throws {
        var driver = try Driver(security: .startTLS)
        driver.on(.connected)
        driver.on(220, "mx")
        #expect(driver.on(250, "mx", "STARTTLS", "SMTPUTF8") == ["STARTTLS"])
        #expect(driver.session.timeoutPhase == .startTLS)
        #expect(driver.on(220, "go ahead") == ["(tls)"])
        #expect(driver.session.timeoutPhase == .tls)
        #expect(driver.session.capabilities == nil)
        #expect(driver.on(.tlsEstablished) == ["EHLO client.example"])
        #expect(driver.session.isSecured)
        #expect(driver.on(250, "mx", "PIPELINING") == ["(ready)"])
        #expect(driver.session.capabilities?.smtpUTF8 == false)
    }

    @Test("TLS from the first octet on")
    func implicitTLS() throws {
        var driver = try Driver(security: .tls)
        #expect(driver.on(.connected) == ["(tls)"])
        #expect(driver.session.phase == .tls)
        #expect(driver.on(.tlsEstablished) == [])
        #expect(driver.session.phase == .greeting)
        #expect(driver.on(220, "mx") == ["EHLO client.example"])
    }

    @Test("No STARTTLS, no mail")
    func tlsMissing() throws {
        for withHelo in [false, true] {
            var driver = try Driver(security: .startTLS)
            driver.on(.connected)
            driver.on(220, "mx")
            if withHelo { driver.on(500, "no EHLO") }
            #expect(driver.on(250, "mx") == ["QUIT", "(failed)", "(close)"])
            #expect(driver.failures.first?.kind == .tlsNotOffered)
            #expect(driver.failures.first?.isPermanent == false)
            #expect(driver.failures.first?.concernsHost == true)
        }
    }

    @Test("A refused STARTTLS ends the session", arguments: [454, 501, 554])
    func startTLSRefused(_ code: Int) throws {
        var driver = try Driver(security: .startTLS)
        driver.on(.connected)
        driver.on(220, "mx")
        driver.on(250, "mx", "STARTTLS")
        #expect(driver.on(code, "no") == ["QUIT", "(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .tls)
        #expect(driver.failures.first?.phase == .startTLS)
    }

    @Test("A reply between the 220 and the handshake is an injection")
    func injection() throws {
        var driver = try Driver(security: .startTLS)
        driver.on(.connected)
        driver.on(220, "mx")
        driver.on(250, "mx", "STARTTLS")
        driver.on(220, "go ahead")
        #expect(driver.on(250, "injected") == ["(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .injection)
    }

    @Test("A refusing greeting concerns the host and no mail", arguments: [450, 521, 554])
    func greetingRefused(_ code: Int) throws {
        var driver = try Driver()
        driver.on(.connected)
        #expect(driver.on(code, "go away") == ["QUIT", "(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .rejected)
        #expect(driver.failures.first?.phase == .greeting)
        #expect(driver.failures.first?.isPermanent == false)
        #expect(driver.failures.first?.reply?.code == code)
    }

    @Test("Greetings that are none are protocol errors", arguments: [250, 334])
    func greetingMisfit(_ code: Int) throws {
        var driver = try Driver()
        driver.on(.connected)
        #expect(driver.on(code, "?") == ["(failed)", "(close)"])
        #expect(driver.failures.first?.kind == .protocol)
    }

    @Test("Refused EHLO and HELO")
    func helloRefused() throws {
        var driver = try Driver()
        driver.on(.connected)
        driver.on(220, "mx")
        #expect(driver.on(451, "later") == ["QUIT", "(failed)", "(close)"])
        #expect(driver.failures.first?.phase == .hello)
        driver = try Driver()
        driver.on(.connected)
        driver.on(220, "mx")
        driver.on(500, "?")
        #expect(driver.on(550, "bad name") == ["QUIT", "(failed)", "(close)"])
    }

    /// Sessions at each step of the opening.
    private static func steps() throws -> [Driver] {
        let credentials = try #require(SMTPCredentials.password(user: "anna", password: "geheim"))
        var driver = try Driver(security: .startTLS, credentials: credentials)
        var steps: [Driver] = []
        driver.on(.connected)
        steps.append(driver)
        driver.on(220, "mx")
        steps.append(driver)
        driver.on(250, "mx", "STARTTLS")
        steps.append(driver)
        driver.on(220, "go")
        steps.append(driver)
        driver.on(.tlsEstablished)
        steps.append(driver)
        driver.on(250, "mx", "AUTH LOGIN")
        steps.append(driver)
        driver.on(334, "")
        steps.append(driver)
        return steps
    }

    @Test(
        "At each step: closing, stalling, garbage and 421 end the session with the right failure",
        arguments: [
            (SMTPClientSession.Event.closed, SMTPFailure.Kind.closed), (.timeout, .timeout),
            (.violation(.garbage), .protocol), (.reply(SMTPReply(code: 421, lines: ["bye"])), .unavailable),
        ])
    func troubleAtEachStep(_ event: SMTPClientSession.Event, _ kind: SMTPFailure.Kind) throws {
        let phases: [SMTPPhase] = [
            .greeting, .hello, .startTLS, .tls, .hello, .authentication, .authentication,
        ]
        for (step, phase) in zip(try Self.steps(), phases) {
            var driver = step
            #expect(driver.session.phase == phase)
            #expect(driver.session.timeoutPhase == phase)
            #expect(driver.on(event) == ["(failed)", "(close)"])
            #expect(driver.failures.first?.kind == kind)
            #expect(driver.failures.first?.phase == phase)
            #expect(driver.failures.first?.isPermanent == false)
            #expect(driver.session.isClosed)
            #expect(driver.session.timeoutPhase == nil)
        }
    }

    @Test("Idle: 421, closing and unasked replies end the session without blaming a mail")
    func idle() throws {
        for event in [
            SMTPClientSession.Event.closed, .reply(reply(421, "bye")), .reply(reply(250, "what?")),
            .violation(.garbage),
        ] {
            var driver = try Driver.ready()
            #expect(driver.on(event) == ["(close)"])
            #expect(driver.failures.isEmpty && driver.results.isEmpty)
        }
    }

    @Test("QUIT that is not answered, or answered wrongly, closes as well")
    func quit() throws {
        for event in [SMTPClientSession.Event.timeout, .closed, .reply(reply(421, "x")), .reply(reply(500, "x"))] {
            var driver = try Driver.ready()
            driver.on(.quit)
            #expect(driver.on(.quit) == [])
            #expect(driver.on(event) == ["(close)"])
        }
    }
}
