import NIOCore
import SMTP
import SMTPTransport
import Testing

@Suite("Relay", .timeLimit(.minutes(1)))
struct SMTPRelayTests {
    private func relay(
        _ server: ScriptedServer, connections: Int = 5, mails: Int = 100, timeouts: SMTPTimeouts = .standard
    ) throws -> SMTPRelay {
        SMTPRelay(
            configuration: .init(
                connection: try configuration(port: server.port, timeouts: timeouts),
                maximumConnections: connections, mailsPerConnection: mails))
    }

    @Test("Mails after each other share a connection, as many as are allowed")
    func reuse() async throws {
        try await ScriptedServer.withServer { server in
            let relay = try relay(server, mails: 3)
            for _ in 0..<7 {
                let result = await relay.send(try mail(), content: .octets(message))
                #expect(result.outcomes[0].isAccepted)
            }
            await relay.shutDown()
            #expect(server.recorded.connections == 3)
            #expect(server.recorded.messages.count == 7)
            #expect(server.recorded.lines.filter { $0 == "QUIT" }.count == 3)
        }
    }

    @Test("Never more connections than allowed", arguments: [1, 2])
    func limit(_ connections: Int) async throws {
        try await ScriptedServer.withServer { server in
            let relay = try relay(server, connections: connections, mails: 2)
            let accepted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let result = try? await relay.send(mail(), content: .octets(message))
                        return result?.outcomes[0].isAccepted == true
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(accepted == 20)
            #expect(server.recorded.messages.count == 20)
            #expect(server.recorded.mostOpen <= connections)
            await relay.shutDown()
        }
    }

    @Test(
        "A kept connection that turns out to be dead is replaced without a word",
        arguments: [ScriptedServer.Answer.close, .sayAndClose("421 4.4.2 idle\r\n")])
    func dead(_ answer: ScriptedServer.Answer) async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "MAIL" && $0.connection == 0 && $0.count == 1 ? answer : nil }
        ) { server in
            let relay = try relay(server)
            for _ in 0..<2 {
                let result = await relay.send(try mail(), content: .octets(message))
                #expect(result.outcomes[0].isAccepted)
            }
            #expect(server.recorded.connections == 2)
            #expect(server.recorded.messages.count == 2)
            await relay.shutDown()
        }
    }

    @Test("A fresh connection that dies is not replaced again")
    func deadAgain() async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "MAIL" && !($0.connection == 0 && $0.count == 0) ? .close : nil }
        ) { server in
            let relay = try relay(server)
            #expect(await relay.send(try mail(), content: .octets(message)).outcomes[0].isAccepted)
            let result = await relay.send(try mail(), content: .octets(message))
            #expect(result.outcomes[0].failure?.kind == .closed)
            #expect(server.recorded.connections == 2)
            await relay.shutDown()
        }
    }

    @Test("A connection that the server closed in the meantime is not used")
    func closedWhileIdle() async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "." && $0.connection == 0 ? .sayAndClose("250 2.0.0 queued\r\n") : nil }
        ) { server in
            let relay = try relay(server)
            #expect(await relay.send(try mail(), content: .octets(message)).outcomes[0].isAccepted)
            await server.wait { $0 == .closed }
            #expect(await relay.send(try mail(), content: .octets(message)).outcomes[0].isAccepted)
            #expect(server.recorded.connections == 2)
            await relay.shutDown()
        }
    }

    @Test("Kept connections that nobody uses say QUIT")
    func idle() async throws {
        var timeouts = SMTPTimeouts.standard
        timeouts.idle = .milliseconds(30)
        try await ScriptedServer.withServer { server in
            let relay = try relay(server, timeouts: timeouts)
            // On a slow machine the thirty milliseconds may be over before the mail begins.
            while await !relay.send(try mail(), content: .octets(message)).outcomes[0].isAccepted {
                try Task.checkCancellation()
            }
            await server.wait { $0 == .line("QUIT") }
            await server.wait { $0 == .closed }
            await relay.shutDown()
        }
    }

    @Test("No connection: one failure for all recipients, with the conversation; the slot is free again")
    func unreachable() async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "greeting" && $0.connection < 2 ? .say("554 no\r\n") : nil }
        ) { server in
            let relay = try relay(server, connections: 1)
            for _ in 0..<2 {
                let result = await relay.send(try mail(to: 2), content: .octets(message))
                #expect(result.outcomes.count == 2)
                #expect(result.outcomes[1].failure?.phase == .greeting)
                #expect(result.conversation.entries.contains { $0.text == "554 no" })
            }
            #expect(await relay.send(try mail(), content: .octets(message)).outcomes[0].isAccepted)
            await relay.shutDown()
        }
    }

    @Test("Who waits for a connection can be cancelled, and the others go on")
    func cancelled() async throws {
        try await ScriptedServer.withServer(
            script: { $0.verb == "MAIL" && $0.connection == 0 ? .stall : nil }
        ) { server in
            let relay = try relay(server, connections: 1)
            let first = Task { try await relay.send(mail(), content: .octets(message)) }
            await server.wait { happening in
                if case .line(let line) = happening { return line.hasPrefix("MAIL") }
                return false
            }
            let second = Task { try await relay.send(mail(), content: .octets(message)) }
            second.cancel()
            #expect(try await second.value.outcomes[0].failure?.kind == .cancelled)
            let third = Task { try await relay.send(mail(), content: .octets(message)) }
            first.cancel()
            #expect(try await first.value.outcomes[0].failure?.kind == .cancelled)
            #expect(try await third.value.outcomes[0].isAccepted)
            await relay.shutDown()
        }
    }

    @Test("After the end nothing is sent any more")
    func shutDown() async throws {
        try await ScriptedServer.withServer { server in
            let relay = try relay(server)
            #expect(await relay.send(try mail(), content: .octets(message)).outcomes[0].isAccepted)
            await relay.shutDown()
            #expect(server.recorded.lines.last == "QUIT")
            let result = await relay.send(try mail(), content: .octets(message))
            #expect(result.outcomes[0].failure?.kind == .cancelled)
            #expect(server.recorded.connections == 1)
        }
    }
}
