import IMAP
import IMAPTransport
import NIOCore
import NIOPosix
import SMTPTransport
import Testing

/// A server that answers each line with what its script has next.
private final class Script: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var answers: [String]

    init(_ answers: [String]) { self.answers = answers }

    func channelActive(context: ChannelHandlerContext) { answer(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { answer(context) }

    private func answer(_ context: ChannelHandlerContext) {
        guard !answers.isEmpty else { return }
        let text = answers.removeFirst()
        if text == "close" {
            context.close(promise: nil)
        } else if !text.isEmpty {
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
        }
    }
}

@Suite struct IMAPConnectionTests {
    private func connect(
        _ answers: [String], security: IMAPClientSession.Security = .none, patience: Duration = .seconds(20),
        _ body: (IMAPConnection) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Script(answers))
                }
            }.bind(host: "127.0.0.1", port: 0).get()
        let credentials = try #require(IMAPCredentials.password(user: "b", password: "geheim!"))
        let configuration = IMAPConnectionConfiguration(
            host: "127.0.0.1", port: try #require(server.localAddress?.port),
            session: .init(security: security, credentials: credentials, allowsCleartextAuthentication: true),
            verification: .none, answerTimeout: patience)
        do {
            let connection = try await IMAPConnection.connect(configuration)
            try await body(connection)
            await connection.logOut()
        } catch {
            try await server.close().get()
            throw error
        }
        try await server.close().get()
    }

    private func failure(
        _ answers: [String], security: IMAPClientSession.Security = .none, patience: Duration = .seconds(20)
    ) async throws -> IMAPFailure? {
        do {
            try await connect(answers, security: security, patience: patience) {
                _ = try await $0.perform(.noOperation)
            }
            return nil
        } catch let failure as IMAPFailure {
            return failure
        }
    }

    private static let opening = ["* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN MOVE] hi\r\n", "d1 OK in\r\n"]

    @Test func aMailIsFetched() async throws {
        let fetched = "* 1 FETCH (UID 4 BODY[]<0> {6}\r\nab\r\ncd FLAGS ())\r\nd2 OK done\r\n"
        try await connect(Self.opening + [fetched, "* BYE\r\nd3 OK bye\r\n"]) { connection in
            let answer = try await connection.perform(.fetch(4, mostOctets: 100))
            #expect(answer.mail(4)?.octets == Array("ab\r\ncd".utf8))
            #expect(answer.mail(5) == nil)
        }
    }

    @Test func whatIsInjectedBehindSTARTTLSIsNeverRead() async throws {
        let failure = try await failure(
            [
                "* OK hi\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\nd1 OK\r\n",
                "d2 OK begin\r\n* CAPABILITY AUTH=PLAIN\r\n",
            ],
            security: .startTLS)
        #expect(failure?.kind == .injection)
        let half = try await self.failure(
            ["* OK hi\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\nd1 OK\r\n", "d2 OK begin\r\n* CAPA"],
            security: .startTLS)
        #expect(half?.kind == .injection)
    }

    @Test(arguments: [
        (["* BYE full\r\n"], IMAPFailure.Kind.refused), (["HTTP/1.1 400 Bad Request\r\n"], .protocol),
        (["close"], .closed),
        ([""], .timeout), (["* OK [CAPABILITY AUTH=PLAIN SASL-IR] hi\r\n", "d1 NO wrong\r\n"], .authentication),
        (Self.opening + [""], .timeout), (Self.opening + ["close"], .closed),
        (Self.opening + ["* 1 FETCH (BODY[] {99999999}\r\n"], .protocol),
    ])
    func eachTroubleHasItsKind(_ answers: [String], _ kind: IMAPFailure.Kind) async throws {
        let patience: Duration = kind == .timeout ? .milliseconds(300) : .seconds(20)
        #expect(try await failure(answers, patience: patience)?.kind == kind)
    }

    @Test func aServerThatIsNotThereIsNamed() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        try await server.close().get()
        let credentials = try #require(IMAPCredentials.password(user: "b", password: "x"))
        await #expect(throws: IMAPFailure.self) {
            _ = try await IMAPConnection.connect(
                IMAPConnectionConfiguration(
                    host: "127.0.0.1", port: port, session: .init(security: .none, credentials: credentials)))
        }
    }
}
