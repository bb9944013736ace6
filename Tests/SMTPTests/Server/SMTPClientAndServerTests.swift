import SMTP
import Testing

/// Our client's session talks to our server's, without a socket between them.
@Suite("Client and server")
struct SMTPClientAndServerTests {
    /// Both sides and what lies between them.
    private struct Line {
        var client: SMTPClientSession
        var server: ServerDriver
        var parser = SMTPReplyParser()
        var failures: [SMTPFailure] = []
        var results: [SMTPTransactionResult] = []
        var message: [UInt8] = []

        init(credentials: SMTPCredentials?, security: SMTPSecurity = .startTLS) throws {
            let name = try #require(SMTPHelloName("client.example"))
            client = SMTPClientSession(
                configuration: .init(helloName: name, security: security, credentials: credentials))
            server = try ServerDriver(requiresTLS: true, requiresAuthentication: credentials != nil)
        }

        mutating func run(_ first: SMTPClientSession.Event) throws {
            var events = [first]
            while !events.isEmpty {
                for action in client.received(events.removeFirst()) { try carryOut(action, &events) }
                // What the server said since.
                while !server.replies.isEmpty {
                    let outcome = parser.consume(server.replies.removeFirst().wire).outcome
                    guard case .reply(let reply) = outcome else {
                        Issue.record("no reply: \(outcome)")
                        return
                    }
                    events.append(.reply(reply))
                }
            }
        }

        private mutating func carryOut(
            _ action: SMTPClientSession.Action, _ events: inout [SMTPClientSession.Event]
        ) throws {
            var encoder = SMTPContentEncoder()
            switch action {
            case .send(let commands): server.on(.received(commands.flatMap(\.wire)))
            case .startTLS:
                server.on(.tlsEstablished)
                events.append(.tlsEstablished)
            case .sendContent:
                server.on(.received(try encoder.encode(message)))
                events.append(.contentSent)
            case .sendFinalDot: server.on(.received(try encoder.end()))
            case .finished(let result): results.append(result)
            case .failed(let failure): failures.append(failure)
            case .ready, .close: break
            }
        }
    }

    @Test("STARTTLS, sign-in, two mails, QUIT", arguments: [["PLAIN"], ["LOGIN"]])
    func whole(_ mechanisms: [String]) throws {
        let credentials = try #require(
            SMTPCredentials.password(user: "anna", password: "geheim", mechanisms: mechanisms))
        var line = try Line(credentials: credentials)
        try line.run(.connected)
        #expect(line.client.isIdle && line.client.isAuthenticated && line.client.isSecured)
        #expect(line.client.capabilities?.size == 1000)
        #expect(line.client.capabilities?.requireTLS == true)
        #expect(line.server.session.user == "anna")
        line.message = Array("Subject: x\r\n\r\n.dot\r\n..\r\n".utf8)
        for _ in 0..<2 {
            let mail = SMTPTransaction(
                sender: .null, recipients: [try address("jürgen@example.net"), try address("b@example.net")],
                size: line.message.count, isEightBit: true)
            try line.run(.begin(mail))
        }
        #expect(line.results.count == 2)
        #expect(line.results.allSatisfy { $0.outcomes.allSatisfy(\.isAccepted) })
        #expect(line.server.stored.map(\.message) == [line.message, line.message])
        #expect(line.server.stored[0].envelope.parameters.body == .eightBitMIME)
        try line.run(.quit)
        #expect(line.client.isClosed && line.server.session.isClosed)
    }

    @Test("A wrong password and a server that asks for TLS are understood")
    func failures() throws {
        let credentials = try #require(SMTPCredentials.password(user: "anna", password: "falsch"))
        var line = try Line(credentials: credentials)
        try line.run(.connected)
        #expect(line.failures.first?.kind == .authentication)
        line = try Line(credentials: nil, security: .none)
        try line.run(.connected)
        try line.run(.begin(try Driver.mail()))
        #expect(line.results.first?.outcomes.first?.failure?.kind == .authentication)
    }

    @Test("Whatever the encoder makes, the decoder undoes, however it is cut")
    func transparency() throws {
        var random = SeededGenerator(seed: 21)
        for _ in 0..<300 {
            let words = ["\r\n", ".", "a", "..", "\r\n.", "é", ".\r\n"]
            let message = (0..<40).map { _ in words.randomElement(using: &random) ?? "" }.joined() + "\r\n"
            var encoder = SMTPContentEncoder()
            let wire = try encoder.encode(Array(message.utf8)) + encoder.end() + Array("NOOP\r\n".utf8)
            var decoder = SMTPContentDecoder()
            var rest = wire[...]
            var octets: [UInt8] = []
            var isComplete = false
            while !isComplete {
                let outcome = decoder.consume(rest.prefix(Int.random(in: 1...7, using: &random)))
                rest = rest.dropFirst(outcome.consumed)
                octets += outcome.piece
                isComplete = outcome.isComplete
            }
            #expect(text(octets) == message)
            #expect(decoder.octets == message.utf8.count)
            #expect(decoder.problem == nil)
            #expect(text(Array(rest)) == "NOOP\r\n")
        }
    }
}
