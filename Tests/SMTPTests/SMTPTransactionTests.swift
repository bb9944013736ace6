import MailMessage
import SMTP
import Testing

@Suite("Mail transactions")
struct SMTPTransactionTests {
    @Test("One mail, step by step")
    func oneByOne() throws {
        var driver = try Driver.ready("SIZE 1000")
        #expect(driver.on(.begin(try Driver.mail(size: 99))) == ["MAIL FROM:<anna@example.org> SIZE=99"])
        #expect(driver.session.timeoutPhase == .mail)
        #expect(driver.on(250, "ok") == ["RCPT TO:<r1@example.net>"])
        #expect(driver.session.timeoutPhase == .recipient)
        #expect(driver.on(250, "ok") == ["DATA"])
        #expect(driver.session.timeoutPhase == .data)
        #expect(driver.on(354, "go") == ["(content)"])
        #expect(driver.session.timeoutPhase == nil)
        #expect(driver.session.phase == .content)
        #expect(driver.on(.contentSent) == ["(dot)"])
        #expect(driver.session.isAwaitingVerdict)
        #expect(driver.session.timeoutPhase == .finalDot)
        #expect(driver.on(250, "2.0.0 queued as 1") == ["(finished)"])
        #expect(driver.results[0].outcomes == [.accepted(reply(250, "2.0.0 queued as 1"))])
        #expect(driver.results[0].isConnectionUsable)
        #expect(driver.session.isIdle)
        // And the next one over the same connection.
        #expect(driver.on(.begin(try Driver.mail())) == ["MAIL FROM:<anna@example.org>"])
    }

    @Test("Sender and recipients go as one group where PIPELINING is offered")
    func pipelined() throws {
        var driver = try Driver.ready("PIPELINING")
        #expect(
            driver.on(.begin(try Driver.mail(to: 3))) == [
                "MAIL FROM:<anna@example.org>|RCPT TO:<r1@example.net>|RCPT TO:<r2@example.net>"
                    + "|RCPT TO:<r3@example.net>"
            ])
        #expect(driver.on(250, "ok") == [])
        #expect(driver.on(550, "5.1.1 unknown") == [])
        #expect(driver.on(251, "will forward") == [])
        #expect(driver.on(450, "greylisted") == ["DATA"])
        driver.on(354, "go")
        driver.on(.contentSent)
        driver.on(250, "queued")
        let outcomes = driver.results[0].outcomes
        #expect(outcomes[0].failure?.isPermanent == true)
        #expect(outcomes[0].failure?.enhancedStatus == EnhancedStatusCode(5, 1, 1))
        #expect(outcomes[1] == .accepted(reply(250, "queued")))
        #expect(outcomes[2].failure?.isPermanent == false)
        #expect(outcomes[2].failure?.phase == .recipient)
        #expect(outcomes[2].failure?.concernsHost == false)
    }

    @Test("The null reverse path, 8BITMIME and SMTPUTF8 where they are needed and offered")
    func parameters() throws {
        var driver = try Driver.ready("8BITMIME", "SMTPUTF8")
        let mail = SMTPTransaction(
            sender: .null, recipients: [try address("jürgen@example.net")], size: 5, isEightBit: true)
        #expect(driver.on(.begin(mail)) == ["MAIL FROM:<> BODY=8BITMIME SMTPUTF8"])
    }

    @Test("What the server cannot do is known before anything is sent, and permanent")
    func obstacles() throws {
        let mails: [(SMTPTransaction, SMTPFailure.Kind, EnhancedStatusCode?)] = [
            (
                SMTPTransaction(sender: .null, recipients: [try address("jürgen@example.net")]), .smtpUTF8NotOffered,
                EnhancedStatusCode(5, 6, 7)
            ),
            (
                SMTPTransaction(sender: try address("ü@example.net"), recipients: [try address("a@example.net")]),
                .smtpUTF8NotOffered, EnhancedStatusCode(5, 6, 7)
            ),
            (
                SMTPTransaction(sender: .null, recipients: [try address("a@example.net")], isEightBit: true),
                .eightBitNotOffered, EnhancedStatusCode(5, 6, 3)
            ),
            (try Driver.mail(size: 1001), .messageTooLarge, EnhancedStatusCode(5, 3, 4)),
        ]
        for (mail, kind, status) in mails {
            var driver = try Driver.ready("SIZE 1000")
            #expect(driver.on(.begin(mail)) == ["(finished)"])
            let failure = try #require(driver.results[0].outcomes.first?.failure)
            #expect(failure.kind == kind)
            #expect(failure.enhancedStatus == status)
            #expect(failure.isPermanent)
            #expect(driver.results[0].isConnectionUsable)
            #expect(driver.session.isIdle)
        }
    }

    @Test("The sender is refused", arguments: [(450, false), (550, true), (553, true), (530, false)])
    func senderRefused(_ code: Int, _ isPermanent: Bool) throws {
        var driver = try Driver.ready()
        driver.on(.begin(try Driver.mail(to: 2)))
        #expect(driver.on(code, "no") == ["(finished)"])
        for outcome in driver.results[0].outcomes {
            guard case .rejected(let failure) = outcome else {
                Issue.record("not rejected: \(outcome)")
                continue
            }
            #expect(failure.phase == .mail)
            #expect(failure.isPermanent == isPermanent)
            #expect(failure.kind == (code == 530 ? .authentication : .rejected))
        }
        #expect(driver.session.isIdle)
        #expect(!driver.results[0].diedBeforeMail)
    }

    @Test("The sender is refused in a group: all get that refusal, whatever is said of the recipients")
    func senderRefusedPipelined() throws {
        var driver = try Driver.ready("PIPELINING")
        driver.on(.begin(try Driver.mail(to: 2)))
        #expect(driver.on(550, "5.7.1 not you") == [])
        #expect(driver.on(503, "need MAIL") == [])
        #expect(driver.on(250, "fine") == ["RSET"])
        #expect(driver.on(250, "ok") == ["(finished)"])
        #expect(driver.results[0].outcomes.allSatisfy { $0.failure?.reply?.code == 550 })
        #expect(driver.results[0].isConnectionUsable)
    }

    @Test("All recipients refused: RSET, and the connection goes on")
    func allRefused() throws {
        for capabilities in ["PIPELINING", "SIZE"] {
            var driver = try Driver.ready(capabilities)
            driver.on(.begin(try Driver.mail(to: 2)))
            driver.on(250, "ok")
            driver.on(550, "no")
            #expect(driver.on(452, "full") == ["RSET"])
            #expect(driver.session.timeoutPhase == .reset)
            #expect(driver.on(250, "ok") == ["(finished)"])
            #expect(driver.results[0].outcomes.map { $0.failure?.isPermanent } == [true, false])
            #expect(driver.session.isIdle)
        }
    }

    @Test("Too many recipients in the old way is temporary")
    func tooManyRecipients() throws {
        var driver = try Driver.ready()
        driver.on(.begin(try Driver.mail(to: 2)))
        driver.on(250, "ok")
        driver.on(250, "ok")
        #expect(driver.on(552, "too many") == ["DATA"])
        driver.on(354, "go")
        driver.on(.contentSent)
        driver.on(250, "queued")
        #expect(driver.results[0].outcomes[1].failure?.isPermanent == false)
    }

    @Test("DATA is refused", arguments: [(451, false), (554, true)])
    func dataRefused(_ code: Int, _ isPermanent: Bool) throws {
        var driver = try Driver.ready()
        driver.on(.begin(try Driver.mail()))
        driver.on(250, "ok")
        driver.on(250, "ok")
        #expect(driver.on(code, "no") == ["RSET"])
        #expect(driver.on(250, "ok") == ["(finished)"])
        #expect(driver.results[0].outcomes[0].failure?.phase == .data)
        #expect(driver.results[0].outcomes[0].failure?.isPermanent == isPermanent)
    }

    @Test("The message is refused after the dot", arguments: [(451, false), (552, true), (554, true)])
    func messageRefused(_ code: Int, _ isPermanent: Bool) throws {
        var driver = try Driver.ready()
        driver.on(.begin(try Driver.mail()))
        driver.on(250, "ok")
        driver.on(250, "ok")
        driver.on(354, "go")
        driver.on(.contentSent)
        #expect(driver.on(code, "no") == ["(finished)"])
        #expect(driver.results[0].outcomes[0].failure?.phase == .finalDot)
        #expect(driver.results[0].outcomes[0].failure?.isPermanent == isPermanent)
        #expect(driver.session.isIdle)
    }

    @Test("The message is refused while it is sent: the connection is closed")
    func refusedInside() throws {
        var driver = try Driver.ready()
        driver.on(.begin(try Driver.mail()))
        driver.on(250, "ok")
        driver.on(250, "ok")
        driver.on(354, "go")
        #expect(driver.on(552, "5.3.4 too big") == ["(finished)", "(close)"])
        guard case .rejected(let failure)? = driver.results[0].outcomes.first else {
            Issue.record("not rejected")
            return
        }
        #expect(failure.isPermanent)
        #expect(failure.phase == .content)
        #expect(!driver.results[0].isConnectionUsable)
        #expect(driver.on(.contentSent) == [])
    }

    /// Sessions with a mail for two at each step, without pipelining; the first recipient is refused.
    private static func steps() throws -> [(SMTPPhase, Driver)] {
        var driver = try Driver.ready()
        var steps: [(SMTPPhase, Driver)] = []
        driver.on(.begin(try Driver.mail(to: 2)))
        steps.append((.mail, driver))
        driver.on(250, "ok")
        driver.on(550, "no such user")
        steps.append((.recipient, driver))
        driver.on(250, "ok")
        steps.append((.data, driver))
        driver.on(354, "go")
        steps.append((.content, driver))
        driver.on(.contentSent)
        steps.append((.finalDot, driver))
        return steps
    }

    @Test(
        "At each step: closing, stalling, garbage and 421 fail the rest; behind the dot nobody knows",
        arguments: [
            (SMTPClientSession.Event.closed, SMTPFailure.Kind.closed), (.timeout, .timeout),
            (.violation(.bareLineFeed), .protocol), (.reply(SMTPReply(code: 421, lines: ["bye"])), .unavailable),
            (.reply(SMTPReply(code: 334, lines: ["?"])), .protocol),
        ])
    func troubleAtEachStep(_ event: SMTPClientSession.Event, _ kind: SMTPFailure.Kind) throws {
        for (phase, step) in try Self.steps() {
            // To DATA, any 3yz is a go.
            if phase == .data, case .reply(let reply) = event, reply.code == 334 { continue }
            var driver = step
            #expect(driver.session.phase == phase)
            #expect(driver.on(event) == ["(finished)", "(close)"])
            let result = try #require(driver.results.first)
            #expect(!result.isConnectionUsable)
            #expect(result.outcomes.count == 2)
            if phase != .mail { #expect(result.outcomes[0].failure?.reply?.code == 550) }
            #expect(result.outcomes[1].failure?.kind == kind)
            #expect(result.outcomes[1].failure?.phase == phase)
            #expect(result.outcomes[1].failure?.isPermanent == false)
            switch result.outcomes[1] {
            case .unknownAfterDot: #expect(phase == .finalDot && kind != .unavailable)
            case .failed: #expect(phase != .finalDot || kind == .unavailable)
            default: Issue.record("unexpected \(result.outcomes[1])")
            }
            #expect(
                result.diedBeforeMail == (phase == .mail && (kind == .closed || kind == .unavailable)))
        }
    }

    @Test("RSET that fails closes the connection and leaves the result as it was")
    func resetFails() throws {
        for event in [
            SMTPClientSession.Event.closed, .timeout, .reply(reply(500, "?")), .reply(reply(421, "bye")),
        ] {
            var driver = try Driver.ready()
            driver.on(.begin(try Driver.mail()))
            driver.on(250, "ok")
            #expect(driver.on(550, "no") == ["RSET"])
            #expect(driver.on(event) == ["(finished)", "(close)"])
            #expect(driver.results[0].outcomes[0].failure?.reply?.code == 550)
            #expect(!driver.results[0].isConnectionUsable)
        }
    }

    @Test("No recipients, no transaction; a second one at the same time is refused")
    func edges() throws {
        var driver = try Driver.ready()
        #expect(driver.on(.begin(SMTPTransaction(sender: .null, recipients: []))) == ["(finished)"])
        #expect(driver.results[0].outcomes.isEmpty)
        driver.on(.begin(try Driver.mail()))
        #expect(driver.on(.begin(try Driver.mail())) == ["(finished)"])
        #expect(driver.results[1].outcomes[0].failure?.kind == .protocol)
        #expect(driver.on(250, "ok") == ["RCPT TO:<r1@example.net>"])
    }

    @Test("Cancelling before the dot fails the mail, behind it nobody knows")
    func cancelled() throws {
        for (phase, step) in try Self.steps() {
            var driver = step
            let failure = SMTPFailure(phase: phase, kind: .cancelled, text: "cancelled")
            driver.on(.failed(failure))
            #expect(
                driver.results[0].outcomes[1]
                    == (phase == .finalDot ? .unknownAfterDot(failure) : .failed(failure)))
        }
    }

    @Test("Random replies never hang or crash a session: each transaction ends exactly once")
    func random() throws {
        var random = SeededGenerator(seed: 23)
        let codes = [220, 250, 250, 250, 250, 251, 334, 354, 354, 421, 450, 452, 500, 550, 554]
        for _ in 0..<3000 {
            var driver = try Driver.ready(Bool.random(using: &random) ? "PIPELINING" : "SIZE")
            driver.on(.begin(try Driver.mail(to: Int.random(in: 1...4, using: &random))))
            for _ in 0..<30 where driver.results.isEmpty {
                let actions = driver.on(.reply(reply(codes.randomElement(using: &random) ?? 250, "x")))
                if actions == ["(content)"], Bool.random(using: &random) { driver.on(.contentSent) }
            }
            if driver.results.isEmpty { driver.on(.closed) }
            #expect(driver.results.count == 1)
            #expect(driver.session.isIdle || driver.session.isClosed)
            #expect(driver.session.isClosed == !driver.results[0].isConnectionUsable)
        }
    }
}
