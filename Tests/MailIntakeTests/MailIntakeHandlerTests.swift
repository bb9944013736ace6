import NIOCore
import NIOEmbedded
import SMTP
import Testing

@testable import MailIntake

/// What the handler does with time and octets, on a channel without a network.
@Suite struct MailIntakeHandlerTests {
    @Test func greetsAtOnce() throws {
        let embedded = try Embedded()
        #expect(try embedded.said().hasPrefix("220 mx.example.com "))
    }

    @Test func greetsOverTLSOnlyAfterTheHandshake() throws {
        let embedded = try Embedded(hasTLSFromStart: true)
        #expect(try embedded.said() == "")
        embedded.pass(.seconds(61))
        #expect(!embedded.channel.isActive)
    }

    @Test func asksInOrder() async throws {
        let embedded = try Embedded()
        try embedded.beginMessage()
        try embedded.send("Subject: x\r\n\r\nHello\r\n.\r\n")
        embedded.handler.apply(.messageAnswered(.stored(id: "m1")))
        try embedded.send("QUIT\r\n")
        let said = try embedded.said()
        #expect(said.contains("250 2.0.0 Stored as m1\r\n221 "))
        #expect(await embedded.asked() == ["sender", "recipient", "begin", "content", "complete"])
    }

    @Test func discardsWhatIsCutOff() async throws {
        let embedded = try Embedded()
        try embedded.beginMessage()
        try embedded.send("Subject: half")
        try await embedded.channel.close().get()
        #expect(await embedded.asked() == ["sender", "recipient", "begin", "content", "discard"])
    }

    @Test func storesWhatIsCompleteThoughTheClientIsGone() async throws {
        let embedded = try Embedded()
        try embedded.beginMessage()
        try embedded.send("Subject: whole\r\n\r\n.\r\n")
        try await embedded.channel.close().get()
        embedded.handler.apply(.messageAnswered(.stored(id: "m1")))
        #expect(await embedded.asked() == ["sender", "recipient", "begin", "content", "complete"])
    }

    // MARK: STARTTLS

    @Test func injectionBehindSTARTTLSEndsTheConnection() throws {
        let embedded = try Embedded()
        try embedded.send("EHLO client.example\r\n")
        _ = try embedded.said()
        try embedded.send("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n")
        #expect(try embedded.said().hasPrefix("421 4.7.0 "))
        #expect(embedded.handshakes == 0)
        #expect(embedded.handler.session.isClosed)
    }

    @Test func tlsIsInThePipelineBeforeTheNextOctet() throws {
        let embedded = try Embedded()
        try embedded.send("EHLO client.example\r\nSTARTTLS\r\n")
        #expect(embedded.handshakes == 1)
        #expect(try embedded.said().hasSuffix("220 2.0.0 Ready to start TLS\r\n"))
        #expect(embedded.handler.session.wait == .tls)
        // The stand-in passes octets in the clear on, as no TLS handler would: they are no commands.
        try embedded.send("MAIL FROM:<evil@example.com>\r\n")
        #expect(embedded.handler.session.isClosed)
    }

    @Test func aHandshakeThatDoesNotEndIsGivenUp() throws {
        let embedded = try Embedded()
        try embedded.send("EHLO client.example\r\nSTARTTLS\r\n")
        embedded.pass(.seconds(61))
        #expect(embedded.handler.session.isClosed)
    }

    // MARK: Time

    @Test func silenceEndsTheConnection() throws {
        let embedded = try Embedded()
        _ = try embedded.said()
        embedded.pass(.seconds(299))
        #expect(try embedded.said() == "")
        embedded.pass(.seconds(2))
        #expect(try embedded.said().hasPrefix("421 4.4.2 "))
    }

    @Test func aCommandInSingleOctetsGetsNoMoreTime() throws {
        let embedded = try Embedded()
        _ = try embedded.said()
        for octet in "EHLO cl" {
            embedded.pass(.seconds(50))
            if embedded.handler.session.isClosed { break }
            try embedded.send(String(octet))
        }
        #expect(embedded.handler.session.isClosed)
        #expect(try embedded.said().hasPrefix("421 4.4.2 "))
    }

    @Test func aMessageInSingleOctetsEndsAtItsLimit() throws {
        let embedded = try Embedded()
        try embedded.beginMessage()
        var octets = 0
        while !embedded.handler.session.isClosed, octets < 100 {
            try embedded.send("x")
            octets += 1
            embedded.pass(.seconds(250))
        }
        // Half an hour, though no pause was longer than five minutes.
        #expect(octets == 8)
        #expect(try embedded.said().hasPrefix("421 4.4.2 "))
    }

    @Test func aSessionEndsAtItsLimitBetweenMails() throws {
        var limits = MailIntakeLimits()
        limits.session = .seconds(600)
        let embedded = try Embedded(limits: limits)
        embedded.pass(.seconds(290))
        try embedded.send("NOOP\r\n")
        embedded.pass(.seconds(290))
        try embedded.beginMessage()
        embedded.pass(.seconds(30))
        #expect(!embedded.handler.session.isClosed)
        try embedded.send("\r\n.\r\n")
        #expect(!embedded.handler.session.isClosed)
        embedded.handler.apply(.messageAnswered(.stored(id: "m1")))
        #expect(try embedded.said().contains("250 2.0.0 Stored as m1\r\n421 4.3.2 "))
        #expect(embedded.handler.session.isClosed)
    }

    // MARK: Back-pressure

    @Test func readsNothingWhileAnAnswerIsOwed() throws {
        let embedded = try Embedded()
        let reads = ReadCounter()
        try embedded.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        try embedded.send("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n")
        embedded.channel.read()
        #expect(reads.count == 0)
        embedded.handler.apply(.senderAnswered(.accepted))
        #expect(reads.count == 1)
    }

    @Test func readsNoMoreThanCanBeTaken() throws {
        var limits = MailIntakeLimits()
        limits.pendingOctets = 1000
        let embedded = try Embedded(limits: limits)
        try embedded.beginMessage()
        let reads = ReadCounter()
        try embedded.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        try embedded.send(String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 11))
        embedded.channel.read()
        #expect(reads.count == 0)
        // It is we who are slow: the client's time does not run.
        embedded.pass(.seconds(600))
        #expect(!embedded.handler.session.isClosed)
        embedded.handler.taken(1100)
        #expect(reads.count == 1)
        embedded.pass(.seconds(301))
        #expect(embedded.handler.session.isClosed)
    }

    @Test func shutsDownWithAWord() throws {
        let embedded = try Embedded()
        _ = try embedded.said()
        embedded.handler.apply(.shutdown)
        #expect(try embedded.said() == "421 4.3.2 mx.example.com The service goes down\r\n")
    }

    // MARK: Counting

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"), ("::1", "0:0:0:0"),
        ("fe80::1%eth0", "fe80:0:0:0"),
    ])
    func countsByNetwork(address: String, network: String) {
        #expect(MailIntakeAdmission.network(of: address) == network)
    }

    @Test func countsConnections() {
        var limits = MailIntakeLimits()
        limits.connections = 3
        limits.connectionsPerAddress = 2
        let admission = MailIntakeAdmission(limits)
        #expect(admission.enter("192.0.2.1"))
        #expect(admission.enter("192.0.2.1"))
        #expect(!admission.enter("192.0.2.1"))
        #expect(admission.enter("192.0.2.2"))
        #expect(!admission.enter("192.0.2.3"))
        admission.leave("192.0.2.1")
        #expect(admission.enter("192.0.2.3"))
    }
}

private final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private(set) var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}
