import NIOCore
import NIOEmbedded
import SMTP
import Testing

@testable import MailIntake

/// A handler in a channel without a network, with a clock that the test turns.
final class Embedded {
    let channel = EmbeddedChannel()
    let handler: MailIntakeHandler
    let questions: AsyncStream<MailIntakeQuestion>
    /// Counts handlers of TLS that were put in.
    private(set) var handshakes = 0

    init(
        offer: SMTPServerOffer = .everything, limits: MailIntakeLimits = MailIntakeLimits(),
        hasTLSFromStart: Bool = false
    ) throws {
        let (questions, continuation) = AsyncStream.makeStream(of: MailIntakeQuestion.self)
        self.questions = questions
        var count: () -> Void = {}
        handler = MailIntakeHandler(
            configuration: .init(hostName: .test, offer: offer), limits: limits, hasTLSFromStart: hasTLSFromStart,
            questions: continuation
        ) {
            count()
            return FakeTLS()
        }
        count = { [unowned self] in handshakes += 1 }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 25)).wait()
    }

    func send(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    /// What was said since the last call.
    func said() throws -> String {
        var text = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        return text
    }

    /// Lets time pass.
    func pass(_ duration: Duration) { channel.embeddedEventLoop.advanceTime(by: TimeAmount(duration)) }

    /// All questions so far; the connection is over.
    func asked() async -> [String] {
        var names: [String] = []
        for await question in questions { names.append(String(describing: question).prefix { $0 != "(" }.description) }
        return names
    }

    /// Brings the session to the point where the message comes.
    func beginMessage() throws {
        try send("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n")
        handler.apply(.senderAnswered(.accepted))
        try send("RCPT TO:<b@example.com>\r\n")
        handler.apply(.recipientAnswered(.accepted))
        try send("DATA\r\n")
        handler.apply(.messageBegun(.accepted))
        #expect(try said().contains("354 "))
    }
}

/// Stands where the TLS handler would.
private final class FakeTLS: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
}

extension SMTPServerOffer {
    static var everything: SMTPServerOffer {
        var offer = SMTPServerOffer()
        offer.size = 10 << 20
        offer.pipelining = true
        offer.eightBitMIME = true
        offer.dsn = true
        offer.enhancedStatusCodes = true
        offer.startTLS = true
        offer.authentication = [.plain, .login]
        return offer
    }
}

extension SMTPHelloName {
    static var test: SMTPHelloName { SMTPHelloName("mx.example.com")! }
}
