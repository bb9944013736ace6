import NIOCore
import NIOEmbedded
import NIOTestUtils
import SMTP
import Testing

@testable import SMTPTransport

@Suite("Client handler")
struct SMTPClientHandlerTests {
    /// A handler on an embedded channel, whose clock stands still unless a test moves it.
    private final class Bench {
        let channel = EmbeddedChannel()
        let handler: SMTPClientHandler
        var tlsHandlers = 0

        init(security: SMTPSecurity = .none, credentials: SMTPCredentials? = nil, peer: String = "127.0.0.1") throws {
            let name = try #require(SMTPHelloName("client.example"))
            let counter = Counter()
            handler = SMTPClientHandler(
                session: SMTPClientSession(
                    configuration: .init(
                        helloName: name, security: security, credentials: credentials,
                        allowsCleartextAuthentication: true)),
                timeouts: .standard, start: channel.eventLoop.now
            ) {
                counter.value += 1
                return Transparent()
            }
            self.counter = counter
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.connect(to: SocketAddress(ipAddress: peer, port: 25)).wait()
            opened = handler.waitUntilOpened(on: channel.eventLoop)
        }

        let counter: Counter
        let opened: EventLoopFuture<Void>

        func server(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

        func sent() throws -> String {
            var text = ""
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
            return text
        }

        func advance(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

        func failure() -> SMTPFailure? {
            var failure: SMTPFailure?
            opened.assumeIsolated().whenFailure { failure = $0 as? SMTPFailure }
            return failure
        }

        /// Up to the state where a mail may begin.
        func open(_ extensions: String = "") throws {
            try server("220 mx\r\n")
            try server("250-mx\r\n\(extensions)250 DSN\r\n")
            _ = try sent()
        }
    }

    private final class Counter { var value = 0 }

    /// Stands in for TLS and lets everything through.
    private final class Transparent: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
    }

    @Test("Replies come out the same however they are cut")
    func decoder() throws {
        try ByteToMessageDecoderVerifier.verifyDecoder(
            stringInputOutputPairs: [
                ("220 mx\r\n", [SMTPReply(code: 220, lines: ["mx"])]),
                ("250-a\r\n250 b\r\n", [SMTPReply(code: 250, lines: ["a", "b"])]),
                ("354\r\n", [SMTPReply(code: 354, lines: [""])]),
            ], decoderFactory: { SMTPReplyDecoder() })
    }

    @Test("Each phase has its own limit, and octets that trickle in do not extend it")
    func timeouts() throws {
        let steps: [(server: String, limit: Int64, phase: SMTPPhase)] = [
            ("", 300, .greeting), ("220 mx\r\n", 300, .hello),
        ]
        for index in steps.indices {
            let bench = try Bench()
            for step in steps[...index] where !step.server.isEmpty { try bench.server(step.server) }
            bench.advance(steps[index].limit - 10)
            try bench.server("2")
            bench.advance(9)
            #expect(bench.channel.isActive)
            bench.advance(1)
            #expect(!bench.channel.isActive)
            #expect(bench.failure()?.kind == .timeout)
            #expect(bench.failure()?.phase == steps[index].phase)
        }
    }

    @Test("The limits of a transaction: MAIL, RCPT, DATA, each block, the dot")
    func transactionTimeouts() throws {
        let answers = ["250 ok\r\n", "250 ok\r\n", "354 go\r\n"]
        let limits: [(Int64, SMTPPhase)] = [(300, .mail), (300, .recipient), (120, .data)]
        for (index, (limit, phase)) in limits.enumerated() {
            let bench = try Bench()
            try bench.open()
            var result: SMTPTransactionResult?
            let begun = bench.handler.begin(try mail(), on: bench.channel.eventLoop)
            begun.result.assumeIsolated().whenSuccess { result = $0 }
            for answer in answers[..<index] { try bench.server(answer) }
            bench.advance(limit - 1)
            #expect(result == nil)
            bench.advance(1)
            #expect(result?.outcomes[0].failure?.kind == .timeout)
            #expect(result?.outcomes[0].failure?.phase == phase)
            #expect(!bench.channel.isActive)
        }
    }

    @Test("The answer to the dot is awaited ten minutes, then nobody knows")
    func finalDotTimeout() throws {
        let bench = try Bench()
        try bench.open()
        var result: SMTPTransactionResult?
        var gate: Bool?
        let begun = bench.handler.begin(try mail(), on: bench.channel.eventLoop)
        begun.result.assumeIsolated().whenSuccess { result = $0 }
        begun.gate.assumeIsolated().whenSuccess { gate = $0 }
        for answer in ["250 ok\r\n", "250 ok\r\n", "354 go\r\n"] { try bench.server(answer) }
        #expect(gate == true)
        // Reading the message may take as long as it likes on our side.
        bench.advance(10_000)
        _ = bench.handler.write(ByteBuffer(bytes: message), ticket: begun.ticket, on: bench.channel.eventLoop)
        #expect(bench.handler.prepareEnd(ticket: begun.ticket))
        bench.handler.end(ticket: begun.ticket)
        #expect(try bench.sent().hasSuffix("Hello\r\n..\r\n...two\r\n.\r\n"))
        bench.advance(599)
        #expect(result == nil)
        bench.advance(1)
        guard case .unknownAfterDot(let failure)? = result?.outcomes[0] else {
            Issue.record("known: \(String(describing: result))")
            return
        }
        #expect(failure.kind == .timeout)
        #expect(result?.conversation.entries.contains { $0.text == "(… \(message.count) octets)" } == true)
    }

    @Test("Cancelled behind the dot: the answer still counts if it comes within ten seconds")
    func cancelledAfterDot() throws {
        for answers in [true, false] {
            let bench = try Bench()
            try bench.open()
            var result: SMTPTransactionResult?
            let begun = bench.handler.begin(try mail(), on: bench.channel.eventLoop)
            begun.result.assumeIsolated().whenSuccess { result = $0 }
            for answer in ["250 ok\r\n", "250 ok\r\n", "354 go\r\n"] { try bench.server(answer) }
            #expect(bench.handler.prepareEnd(ticket: begun.ticket))
            bench.handler.end(ticket: begun.ticket)
            bench.handler.cancel(ticket: begun.ticket, on: bench.channel.eventLoop)
            bench.advance(9)
            #expect(result == nil)
            if answers {
                try bench.server("250 queued\r\n")
                #expect(result?.outcomes[0].isAccepted == true)
            } else {
                bench.advance(1)
                #expect(result?.outcomes[0].failure?.kind == .cancelled)
                #expect(!bench.channel.isActive)
            }
        }
    }

    @Test("A late cancellation does not touch the next mail")
    func lateCancellation() throws {
        let bench = try Bench()
        try bench.open()
        let first = bench.handler.begin(try mail(), on: bench.channel.eventLoop)
        try bench.server("550 no\r\n")
        let second = bench.handler.begin(try mail(), on: bench.channel.eventLoop)
        bench.handler.cancel(ticket: first.ticket, on: bench.channel.eventLoop)
        #expect(bench.channel.isActive)
        bench.handler.cancel(ticket: second.ticket, on: bench.channel.eventLoop)
        #expect(!bench.channel.isActive)
    }

    @Test("Thirty idle seconds, then QUIT; ten more, then the connection is closed anyway")
    func idle() throws {
        let bench = try Bench()
        try bench.open()
        bench.advance(29)
        #expect(try bench.sent() == "")
        bench.advance(1)
        #expect(try bench.sent() == "QUIT\r\n")
        bench.advance(9)
        #expect(bench.channel.isActive)
        bench.advance(1)
        #expect(!bench.channel.isActive)
    }

    @Test(
        "What stands behind the answer to STARTTLS is an attack: no TLS, no EHLO, no mail",
        arguments: ["220 go\r\n250 injected\r\n", "220 go\r\n2", "220 go\r\n\r\n"])
    func injection(_ text: String) throws {
        let bench = try Bench(security: .startTLS)
        try bench.server("220 mx\r\n")
        try bench.server("250 STARTTLS\r\n")
        try bench.server("250-mx\r\n250 STARTTLS\r\n")
        _ = try? bench.sent()
        let other = try Bench(security: .startTLS)
        try other.server("220 mx\r\n")
        try other.server("250-mx\r\n250 STARTTLS\r\n")
        #expect(try other.sent().hasSuffix("STARTTLS\r\n"))
        try other.server(text)
        #expect(other.counter.value == 0)
        #expect(!other.channel.isActive)
        #expect(other.failure()?.kind == .injection || other.failure()?.kind == .protocol)
        #expect(try other.sent() == "")
    }

    @Test("With nothing behind it, TLS begins in the same read")
    func startTLS() throws {
        let bench = try Bench(security: .startTLS)
        try bench.server("220 mx\r\n")
        try bench.server("250-mx\r\n250 STARTTLS\r\n")
        try bench.server("220 go\r\n")
        #expect(bench.counter.value == 1)
        #expect(bench.channel.isActive)
        // A reply that the handshake lets through before it is complete.
        try bench.server("250 injected\r\n")
        #expect(bench.failure()?.kind == .injection)
        #expect(!bench.channel.isActive)
    }

    @Test("Whatever is allowed, the password does not go in the clear to a public address")
    func cleartext() throws {
        for (peer, isSent) in [
            ("127.0.0.1", true), ("192.168.1.5", true), ("192.0.2.1", false), ("2001:db8::1", false),
        ] {
            let bench = try Bench(
                credentials: SMTPCredentials.password(user: "anna", password: "geheim"), peer: peer)
            try bench.server("220 mx\r\n")
            try bench.server("250-mx\r\n250 AUTH PLAIN\r\n")
            #expect(try bench.sent().contains("AUTH PLAIN") == isSent)
            if !isSent { #expect(bench.failure()?.kind == .authenticationNotPossible) }
            #expect(!bench.handler.conversation.description.contains("AGFubmEAZ2VoZWlt"))
        }
    }

    @Test(
        "Local and private addresses",
        arguments: [
            ("127.3.4.5", true), ("10.0.0.1", true), ("172.16.0.1", true), ("172.31.255.1", true),
            ("172.32.0.1", false), ("192.168.0.1", true), ("169.254.1.1", true), ("192.0.2.1", false),
            ("100.64.0.1", false), ("::1", true), ("::2", false), ("fe80::1", true), ("fd12::1", true),
            ("fc00::1", true), ("fd::1", false), ("2001:db8::1", false), ("::ffff:10.0.0.1", true),
            ("::ffff:192.0.2.1", false), ("febf::1", true), ("fec0::1", false),
        ])
    func locality(_ text: String, _ isLocal: Bool) throws {
        #expect(try SocketAddress(ipAddress: text, port: 25).isLocalOrPrivate == isLocal)
    }

    @Test("The conversation has times, both sides, and no secret")
    func conversation() throws {
        let bench = try Bench(credentials: SMTPCredentials.password(user: "anna", password: "geheim-123"))
        bench.advance(2)
        try bench.server("220 mx\r\n")
        try bench.server("250-mx\r\n250 AUTH LOGIN\r\n")
        try bench.server("334 VXNlcm5hbWU6\r\n")
        try bench.server("334 UGFzc3dvcmQ6\r\n")
        try bench.server("535 5.7.8 geheim-123 is wrong\r\n")
        let failure = try #require(bench.failure())
        #expect(failure.kind == .authentication)
        let lines = failure.conversation.entries.map { "\($0.side.rawValue) \($0.text)" }
        #expect(
            lines.dropFirst() == [
                "server 220 mx", "client EHLO client.example", "server 250-mx", "server 250 AUTH LOGIN",
                "client AUTH LOGIN", "server 334 VXNlcm5hbWU6", "client ***", "server 334 UGFzc3dvcmQ6", "client ***",
                "server 535 5.7.8 *** is wrong", "client QUIT",
            ])
        #expect(failure.conversation.entries[1].offset == 2000)
    }
}
