import DNS
import DNSTransport
import NIOCore
import NIOPosix
import Testing

/// The resolver's sockets; what it says over them is in the tests of `StubQuery`.
struct StubResolverTests {
    private let name: DNSName

    init() throws { name = try #require(DNSName("kunde.example")) }

    /// A UDP socket that answers each packet with the packets that the function makes of it.
    private func withServer(
        _ answer: @escaping @Sendable (DNSMessage) -> [[UInt8]], _ body: (DNSServer) async throws -> Void
    ) async throws {
        let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port.flatMap(UInt16.init(exactly:)))
        try await body(DNSServer(try #require(IPAddress("127.0.0.1")), port: port))
        try await channel.close()
    }

    @Test func asksOverUDP() async throws {
        try await withServer { request in
            var message = DNSMessage(id: request.id, questions: request.questions)
            message.isResponse = true
            message.answers = request.questions.map { DNSRecord($0.name, ttl: 5, .txt("v=spf1 -all")) }
            return [try? message.encoded()].compactMap(\.self)
        } _: { server in
            let answer = try await StubResolver([server]).resolve(name, .txt)
            #expect(answer.texts == [Array("v=spf1 -all".utf8)])
        }
    }

    @Test func waitsForTheRightAnswerBehindRubbish() async throws {
        try await withServer { request in
            var message = DNSMessage(id: request.id, questions: request.questions)
            message.isResponse = true
            message.answers = request.questions.map { DNSRecord($0.name, ttl: 5, .txt("v=spf1 -all")) }
            return [[1, 2, 3], try? message.encoded()].compactMap(\.self)
        } _: { server in
            let options = StubOptions(timeout: .seconds(600), patience: .seconds(600))
            let answer = try await StubResolver([server], options: options).resolve(name, .txt)
            #expect(answer.texts == [Array("v=spf1 -all".utf8)])
        }
    }

    @Test func endsInTimeWhereNobodyAnswers() async throws {
        try await withServer { _ in
            []
        } _: { server in
            let options = StubOptions(timeout: .milliseconds(200), patience: .milliseconds(50))
            await #expect { try await StubResolver([server], options: options).resolve(name, .mx) } throws: {
                ($0 as? DNSFailure)?.code == .timeout
            }
        }
    }

    @Test func hearsThatNobodyListens() async throws {
        let loopback = try #require(IPAddress("127.0.0.1"))
        // A port that was free a moment ago.
        let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port.flatMap(UInt16.init(exactly:)))
        try await channel.close()
        let resolver = StubResolver([DNSServer(loopback, port: port)], options: StubOptions(patience: .seconds(5)))
        await #expect { try await resolver.ask(name, .mx) } throws: { ($0 as? DNSFailure)?.code == .unreachable }
    }

    @Test func stopsWhenNobodyWaitsAnyMore() async throws {
        let (asked, heard) = AsyncStream.makeStream(of: Void.self)
        try await withServer { _ in
            heard.yield()
            return []
        } _: { server in
            let options = StubOptions(timeout: .seconds(600), patience: .seconds(600))
            let task = Task { try await StubResolver([server], options: options).ask(name, .mx) }
            for await _ in asked { break }
            task.cancel()
            await #expect(throws: DNSFailure(.cancelled)) { try await task.value }
            let never = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await StubResolver([server], options: options).ask(name, .mx)
            }
            await #expect(throws: DNSFailure(.cancelled)) { try await never.value }
        }
    }

    @Test func findsServersByHostName() async throws {
        let servers = try await DNSServer.servers(of: "localhost:5354")
        #expect(servers.contains { $0.description == "127.0.0.1:5354" || $0.description == "[::1]:5354" })
        #expect(try await DNSServer.servers(of: "192.0.2.1").map(\.description) == ["192.0.2.1:53"])
        await #expect(throws: DNSFailure.self) { try await DNSServer.servers(of: "a:b:c") }
    }
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let answer: @Sendable (DNSMessage) -> [[UInt8]]

    init(_ answer: @escaping @Sendable (DNSMessage) -> [[UInt8]]) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let packet = unwrapInboundIn(data)
        guard let request = try? DNSMessage(decoding: Array(packet.data.readableBytesView)) else { return }
        for octets in answer(request) {
            let envelope = AddressedEnvelope(remoteAddress: packet.remoteAddress, data: ByteBuffer(bytes: octets))
            context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
        }
    }
}
