import Foundation
import MailMessage
import NIOConcurrencyHelpers
import NIOCore
import SMTP
import SMTPTransport
import Testing

@Suite("Connection", .timeLimit(.minutes(1)))
struct SMTPConnectionTests {
    private let anna = SMTPCredentials.password(user: "anna", password: "geheim-123")

    @Test("STARTTLS, sign-in, and the mail arrives as it was", arguments: ["127.0.0.1", "localhost"])
    func startTLS(_ host: String) async throws {
        try await ScriptedServer.withServer(extensions: ["STARTTLS", "AUTH PLAIN", "PIPELINING"]) { server in
            let connection = try await SMTPConnection.connect(
                configuration(port: server.port, host: host, security: .startTLS, credentials: anna))
            let result = await connection.send(try mail(to: 2), content: .octets(message))
            #expect(result.outcomes.allSatisfy { $0.isAccepted })
            #expect(result.isConnectionUsable && connection.isOpen)
            await connection.quit()
            #expect(!connection.isOpen)
            #expect(server.recorded.messages == [message])
            #expect(
                server.recorded.lines == [
                    "EHLO client.example", "STARTTLS", "EHLO client.example",
                    "AUTH PLAIN AGFubmEAZ2VoZWltLTEyMw==", "MAIL FROM:<anna@example.org>",
                    "RCPT TO:<r1@example.net>", "RCPT TO:<r2@example.net>", "DATA", "QUIT",
                ])
            let shown = result.conversation.description
            #expect(shown.contains("TLS established (") && shown.contains("(… \(message.count) octets)"))
            #expect(shown.contains("AUTH PLAIN ***") && !shown.contains("AGFubmE") && !shown.contains("Hello"))
        }
    }

    @Test("XOAUTH2: a long token goes in a line of its own, an expired one is told with the server's reason")
    func xoauth2() async throws {
        let token = String(repeating: "t", count: 2000)
        for isExpired in [false, true] {
            try await ScriptedServer.withServer(
                implicitTLS: true, extensions: ["AUTH XOAUTH2 PLAIN"],
                script: { moment in
                    switch (moment.verb, moment.count) {
                    case ("AUTH", _): .say("334 \r\n")
                    // {"status":"400","schemes":"bearer"}
                    case ("response", 0) where isExpired:
                        .say("334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiYmVhcmVyIn0=\r\n")
                    case ("response", 1): .say("535 5.7.8 credentials not accepted\r\n")
                    default: nil
                    }
                }
            ) { server in
                let how = try configuration(
                    port: server.port, security: .tls,
                    credentials: SMTPCredentials.xoauth2(user: "anna@example.org", accessToken: token))
                let failure = await failure(of: how)
                #expect(failure?.kind == (isExpired ? .authentication : nil))
                #expect(failure == nil || failure?.text.contains("\"status\":\"400\"") == true)
                #expect(failure?.conversation.description.contains("dHR0dHR0") != true)
                #expect(server.recorded.lines[1] == "AUTH XOAUTH2")
                if isExpired { #expect(server.recorded.lines[3] == "") }
            }
        }
    }

    @Test("A verdict and a farewell in one packet: the mail counts, the connection does not")
    func verdictAndFarewell() async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "." ? .sayAndClose("250 2.0.0 queued\r\n421 4.3.2 bye\r\n") : nil }
        ) { server in
            let connection = try await SMTPConnection.connect(configuration(port: server.port))
            #expect(await connection.send(try mail(), content: .octets(message)).outcomes[0].isAccepted)
            await server.wait { $0 == .closed }
            let second = await connection.send(try mail(), content: .octets(message))
            #expect(second.diedBeforeMail)
            #expect(server.recorded.messages.count == 1)
        }
    }

    @Test("TLS from the first octet on")
    func implicitTLS() async throws {
        try await ScriptedServer.withServer(implicitTLS: true) { server in
            let connection = try await SMTPConnection.connect(configuration(port: server.port, security: .tls))
            let result = await connection.send(try mail(), content: .octets(message))
            #expect(result.outcomes[0].isAccepted)
            await connection.quit()
        }
    }

    @Test(
        "Certificates that do not hold are refused, each with its reason",
        arguments: [
            (TestCertificate.other, SMTPFailure.Kind.certificateName), (.expired, .certificateExpired),
            (.good, .certificateIssuer),
        ], [SMTPSecurity.startTLS, .tls])
    func certificates(
        _ refused: (certificate: TestCertificate, reason: SMTPFailure.Kind), _ security: SMTPSecurity
    ) async throws {
        let (certificate, reason) = refused
        try await ScriptedServer.withServer(
            certificate: certificate, implicitTLS: security == .tls, extensions: ["STARTTLS"]
        ) { server in
            // The good one is not good for those who do not know its authority.
            let trust = certificate == .good ? SMTPConnectionConfiguration.TrustRoots.system : TestCertificate.authority
            for host in ["localhost", "127.0.0.1"] {
                let failure = await failure(
                    of: try configuration(port: server.port, host: host, security: security, trust: trust))
                #expect(failure?.kind == reason)
                #expect(failure?.phase == .tls)
                #expect(failure?.isPermanent == false)
                #expect(failure?.conversation.entries.isEmpty == false)
            }
            var careless = try configuration(port: server.port, host: "localhost", security: security, trust: trust)
            careless.verification = .none
            let connection = try await SMTPConnection.connect(careless)
            await connection.quit()
        }
    }

    @Test("Own authorities: as file, as text, beside the system's; unreadable ones are told")
    func authorities() async throws {
        let path = TestCertificate.path("ca.pem")
        try await ScriptedServer.withServer(implicitTLS: true) { server in
            for trust in [
                SMTPConnectionConfiguration.TrustRoots.only(.file(path)), .systemAnd(.file(path)),
                .only(.pem(Array(try Data(contentsOf: URL(fileURLWithPath: path))))),
            ] {
                #expect(
                    await failure(of: try configuration(port: server.port, security: .tls, trust: trust)) == nil)
            }
            for trust in [
                SMTPConnectionConfiguration.TrustRoots.only(.file("/nonexistent")),
                .systemAnd(.pem(Array("nonsense".utf8))),
            ] {
                let failure = await failure(of: try configuration(port: server.port, security: .tls, trust: trust))
                #expect(failure?.kind == .configuration)
            }
        }
    }

    @Test("A server that speaks no TLS where it should")
    func noTLS() async throws {
        try await ScriptedServer.withServer { server in
            let failure = await failure(of: try configuration(port: server.port, security: .tls))
            #expect(failure?.kind == .tls)
            let other = await SMTPTransportTests.failure(of: try configuration(port: server.port, security: .startTLS))
            #expect(other?.kind == .tlsNotOffered)
        }
    }

    @Test("What is injected behind the answer to STARTTLS never counts")
    func injection() async throws {
        try await ScriptedServer.withServer(
            extensions: ["STARTTLS"],
            script: { $0.verb == "STARTTLS" ? .startTLS("220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n") : nil }
        ) { server in
            let failure = await failure(
                of: try configuration(port: server.port, security: .startTLS, credentials: anna))
            #expect(failure?.kind == .injection)
            #expect(!server.recorded.lines.contains { $0.hasPrefix("AUTH") })
        }
    }

    @Test("Nobody listens, or there is no such host")
    func unreachable() async throws {
        let port = try await ScriptedServer.withServer { $0.port }
        let refused = await failure(of: try configuration(port: port))
        #expect(refused?.kind == .connect)
        #expect(refused?.phase == .connect)
        #expect(refused?.isPermanent == false)
        #expect(refused?.concernsHost == true)
        #expect(refused?.conversation.entries.count == 1)
        let unknown = await failure(of: try configuration(port: port, host: "no such host"))
        #expect(unknown?.kind == .dns)
        for (host, port) in [("", 25), ("localhost", 0), ("localhost", 65536), ("127.0.0.1", -1)] {
            #expect(await failure(of: try configuration(port: port, host: host))?.kind == .configuration)
        }
    }

    static let steps = ["greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "."]
    static let phases: [String: SMTPPhase] = [
        "greeting": .greeting, "EHLO": .hello, "STARTTLS": .startTLS, "AUTH": .authentication, "MAIL": .mail,
        "RCPT": .recipient, "DATA": .data, ".": .finalDot,
    ]

    /// What a mail meets if the server does this at a step.
    private func meet(
        _ answer: ScriptedServer.Answer, at step: String, timeouts: SMTPTimeouts = .standard
    ) async throws -> SMTPFailure? {
        try await ScriptedServer.withServer(
            extensions: ["STARTTLS", "AUTH PLAIN"], script: { $0.verb == step ? answer : nil }
        ) { server in
            let how = try configuration(
                port: server.port, security: .startTLS, credentials: anna, timeouts: timeouts)
            let what = try mail()
            do throws(SMTPFailure) {
                let connection = try await SMTPConnection.connect(how)
                let result = await connection.send(what, content: .octets(message))
                await connection.quit()
                if case .unknownAfterDot = result.outcomes[0] { #expect(step == ".") }
                return result.outcomes[0].failure
            } catch {
                return error
            }
        }
    }

    @Test("A server that closes", arguments: steps)
    func closes(_ step: String) async throws {
        let failure = try await meet(.close, at: step)
        #expect(failure?.kind == .closed)
        #expect(failure?.phase == Self.phases[step])
        #expect(failure?.isPermanent == false)
    }

    @Test("A server that stalls", arguments: steps)
    func stalls(_ step: String) async throws {
        let phase = try #require(Self.phases[step])
        let failure = try await meet(.stall, at: step, timeouts: impatient(in: phase))
        #expect(failure?.kind == .timeout)
        #expect(failure?.phase == phase)
    }

    @Test("A server that says 421", arguments: steps)
    func unavailable(_ step: String) async throws {
        let failure = try await meet(.sayAndClose("421 4.3.2 shutting down\r\n"), at: step)
        #expect(failure?.kind == .unavailable)
        #expect(failure?.phase == Self.phases[step])
        #expect(failure?.enhancedStatus == EnhancedStatusCode(4, 3, 2))
    }

    @Test("A server that refuses at once and closes: its reason is never lost", arguments: 0..<50)
    func refusesAtOnce(_ round: Int) async throws {
        let failure = try await meet(.sayAndClose("554 5.3.2 not today\r\n"), at: "greeting")
        #expect(failure?.phase == .greeting)
        #expect(failure?.reply?.code == 554)
    }

    @Test("A server that refuses", arguments: steps)
    func refuses(_ step: String) async throws {
        let failure = try await meet(.say("554 5.7.1 no\r\n"), at: step)
        #expect(failure?.reply?.code == 554 || (step == "EHLO" && failure?.kind == .tlsNotOffered))
        #expect(failure?.isPermanent == ["MAIL", "RCPT", "DATA", "."].contains(step))
    }

    @Test(
        "A server that answers garbage: no SMTP, bare LF, a huge line, endless lines", arguments: steps,
        [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "250 ok\n250 ok\n", "250 " + String(repeating: "x", count: 10_000),
            String(repeating: "250-x\r\n", count: 1000),
        ])
    func garbage(_ step: String, _ text: String) async throws {
        let failure = try await meet(.say(text), at: step)
        #expect(failure?.kind == .protocol)
        #expect(failure?.phase == Self.phases[step])
    }

    @Test("The handshake stalls")
    func handshakeStalls() async throws {
        // A plain server that keeps still looks like a TLS server that thinks.
        try await ScriptedServer.withServer(script: { _ in .stall }) { server in
            let failure = await failure(
                of: try configuration(port: server.port, security: .tls, timeouts: impatient(in: .tls)))
            #expect(failure?.kind == .timeout)
            #expect(failure?.phase == .tls)
        }
    }

    @Test("Before the dot: everything else has been sent, nothing has been decided")
    func beforeDot() async throws {
        try await ScriptedServer.withServer { server in
            let connection = try await SMTPConnection.connect(configuration(port: server.port))
            let seen = NIOLockedValueBox(-1)
            let result = await connection.send(try mail(), content: .octets(message)) {
                seen.withLockedValue { $0 = server.recorded.messages.count }
            }
            #expect(result.outcomes[0].isAccepted)
            #expect(seen.withLockedValue { $0 } == 0)
            await connection.quit()
        }
    }

    private struct Trouble: Error {}

    @Test("If the record before the dot fails, the mail is not sent")
    func beforeDotFails() async throws {
        try await ScriptedServer.withServer { server in
            let connection = try await SMTPConnection.connect(configuration(port: server.port))
            let result = await connection.send(try mail(), content: .octets(message)) { throw Trouble() }
            guard case .failed(let failure) = result.outcomes[0] else {
                Issue.record("\(result.outcomes)")
                return
            }
            #expect(failure.kind == .source)
            #expect(!result.isConnectionUsable)
            await server.wait { $0 == .closed }
            #expect(server.recorded.messages.isEmpty)
        }
    }

    @Test("If the message cannot be read to its end, or is unfit, no dot is sent")
    func sourceFails() async throws {
        let pieces = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            continuation.yield(ByteBuffer(string: "Subject: x\r\n"))
            continuation.finish(throwing: Trouble())
        }
        for (content, kind, isPermanent) in [
            (SMTPContent.stream(pieces), SMTPFailure.Kind.source, false),
            (.octets(Array("a\n.\nMAIL FROM:<>\r\n".utf8)), .invalidContent, true),
            (.octets(Array("a\r".utf8)), .invalidContent, true),
        ] {
            try await ScriptedServer.withServer { server in
                let connection = try await SMTPConnection.connect(configuration(port: server.port))
                let result = await connection.send(try mail(), content: content)
                #expect(result.outcomes[0].failure?.kind == kind)
                #expect(result.outcomes[0].failure?.isPermanent == isPermanent)
                await server.wait { $0 == .closed }
                #expect(server.recorded.messages.isEmpty)
            }
        }
    }

    @Test("A long message as a stream, over TLS")
    func long() async throws {
        try await ScriptedServer.withServer(implicitTLS: true) { server in
            let line = String(repeating: ".", count: 76) + "\r\n"
            let piece = ByteBuffer(string: String(repeating: line, count: 1000))
            let pieces = AsyncStream { continuation in
                for _ in 0..<30 { continuation.yield(piece) }
                continuation.finish()
            }
            let connection = try await SMTPConnection.connect(configuration(port: server.port, security: .tls))
            let result = await connection.send(try mail(), content: .stream(pieces))
            #expect(result.outcomes[0].isAccepted)
            #expect(server.recorded.messages.first?.count == 30 * piece.readableBytes)
            await connection.quit()
        }
    }

    @Test("Cancelling closes the connection, while connecting and while sending")
    func cancelled() async throws {
        for step in ["greeting", "EHLO", "MAIL", "DATA"] {
            try await ScriptedServer.withServer(script: { $0.verb == step ? .stall : nil }) { server in
                let how = try configuration(port: server.port)
                let what = try mail()
                let task = Task { () -> SMTPFailure? in
                    do throws(SMTPFailure) {
                        let connection = try await SMTPConnection.connect(how)
                        return await connection.send(what, content: .octets(message)).outcomes[0].failure
                    } catch {
                        return error
                    }
                }
                if step == "greeting" {
                    while server.recorded.connections == 0 { await Task.yield() }
                } else {
                    await server.wait { happening in
                        if case .line(let line) = happening { return line.hasPrefix(step) }
                        return false
                    }
                }
                task.cancel()
                #expect(await task.value?.kind == .cancelled)
                await server.wait { $0 == .closed }
            }
        }
    }

    @Test("Several mails over one connection, refused ones in between")
    func several() async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "RCPT" && $0.count == 1 ? .say("550 5.1.1 unknown\r\n") : nil }
        ) { server in
            let connection = try await SMTPConnection.connect(configuration(port: server.port))
            var accepted: [Bool] = []
            for _ in 0..<3 {
                let result = await connection.send(try mail(), content: .octets(message))
                accepted.append(result.outcomes[0].isAccepted)
                #expect(result.conversation.entries.filter { $0.text.hasPrefix("MAIL") }.count == 1)
                #expect(result.conversation.entries.filter { $0.text.hasPrefix("EHLO") }.count == 1)
            }
            #expect(accepted == [true, false, true])
            #expect(await connection.conversation.entries.last?.text == "250 2.0.0 queued")
            await connection.quit()
            #expect(server.recorded.lines.filter { $0 == "RSET" }.count == 1)
        }
    }
}
