import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// A mail server on loopback that does what a test tells it to.
final class ScriptedServer: Sendable {
    /// Where in a conversation the server is asked what to do.
    struct Moment: Sendable {
        /// The number of the connection, from 0.
        let connection: Int
        /// The first word of the command in upper case, `greeting` at the start, `.` at the end of a message.
        let verb: String
        /// How many times this verb came on this connection before.
        let count: Int
    }

    enum Answer: Sendable {
        case say(String)
        case sayAndClose(String)
        case close
        case stall
        /// Says this and begins TLS.
        case startTLS(String)
    }

    struct Log: Sendable {
        var connections = 0
        var open = 0
        var mostOpen = 0
        var lines: [String] = []
        var messages: [[UInt8]] = []
        var octets = 0
    }

    enum Happening: Sendable, Equatable {
        case line(String)
        case closed
    }

    typealias Script = @Sendable (Moment) -> Answer?

    let port: Int
    let happenings: AsyncStream<Happening>
    private let channel: any Channel
    private let log: NIOLockedValueBox<Log>

    private init(
        channel: any Channel, port: Int, log: NIOLockedValueBox<Log>, happenings: AsyncStream<Happening>
    ) {
        self.channel = channel
        self.port = port
        self.log = log
        self.happenings = happenings
    }

    var recorded: Log { log.withLockedValue { $0 } }

    static func withServer<Result>(
        certificate: TestCertificate = .good, implicitTLS: Bool = false, extensions: [String] = [],
        script: @escaping Script = { _ in nil }, _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let context = try certificate.serverContext()
        let log = NIOLockedValueBox(Log())
        let (happenings, continuation) = AsyncStream.makeStream(of: Happening.self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    if implicitTLS {
                        try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try child.pipeline.syncOperations.addHandler(
                        ScriptedServerHandler(
                            context: context, extensions: extensions, script: script, log: log,
                            happenings: continuation))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(
            channel: channel, port: channel.localAddress?.port ?? 0, log: log, happenings: happenings)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    /// Waits until something has happened.
    func wait(until isReached: (Happening) -> Bool) async {
        for await happening in happenings where isReached(happening) { return }
    }
}

private final class ScriptedServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let context: NIOSSLContext
    private let extensions: [String]
    private let script: ScriptedServer.Script
    private let log: NIOLockedValueBox<ScriptedServer.Log>
    private let happenings: AsyncStream<ScriptedServer.Happening>.Continuation
    private var number = 0
    private var counts: [String: Int] = [:]
    private var buffer = ByteBuffer()
    private var message: [UInt8]?
    private var authenticationSteps = 0

    init(
        context: NIOSSLContext, extensions: [String], script: @escaping ScriptedServer.Script,
        log: NIOLockedValueBox<ScriptedServer.Log>, happenings: AsyncStream<ScriptedServer.Happening>.Continuation
    ) {
        self.context = context
        self.extensions = extensions
        self.script = script
        self.log = log
        self.happenings = happenings
    }

    func channelActive(context: ChannelHandlerContext) {
        number = log.withLockedValue { log in
            log.connections += 1
            log.open += 1
            log.mostOpen = max(log.open, log.mostOpen)
            return log.connections - 1
        }
        answer("greeting", context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.withLockedValue { $0.open -= 1 }
        happenings.yield(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        log.withLockedValue { $0.octets += incoming.readableBytes }
        buffer.writeBuffer(&incoming)
        while let end = buffer.readableBytesView.firstIndex(of: 0x0A) {
            let length = end - buffer.readerIndex + 1
            guard let octets = buffer.readBytes(length: length) else { return }
            take(octets, context)
        }
        buffer.discardReadBytes()
    }

    private func take(_ octets: [UInt8], _ context: ChannelHandlerContext) {
        if message != nil {
            guard octets == Array(".\r\n".utf8) else {
                // RFC 5321, 4.5.2
                message? += octets.first == UInt8(ascii: ".") ? octets.dropFirst() : octets[...]
                return
            }
            let complete = message ?? []
            message = nil
            log.withLockedValue { $0.messages.append(complete) }
            happenings.yield(.line("."))
            answer(".", context)
            return
        }
        let line = String(decoding: octets.dropLast(2), as: UTF8.self)
        log.withLockedValue { $0.lines.append(line) }
        happenings.yield(.line(line))
        let word = line.prefix { $0 != " " }.uppercased()
        let known = ["EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT"]
        answer(known.contains(word) ? word : "response", context)
    }

    private func answer(_ verb: String, _ context: ChannelHandlerContext) {
        let count = counts[verb, default: 0]
        counts[verb] = count + 1
        let moment = ScriptedServer.Moment(connection: number, verb: verb, count: count)
        switch script(moment) ?? standardAnswer(verb) {
        case .say(let text):
            say(text, context)
            if verb == "DATA", text.hasPrefix("354") { message = [] }
        case .sayAndClose(let text):
            say(text, context)
            context.close(promise: nil)
        case .close: context.close(promise: nil)
        case .stall: break
        case .startTLS(let text):
            say(text, context)
            do {
                try context.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: self.context), position: .before(self))
            } catch {
                context.close(promise: nil)
            }
        }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private func standardAnswer(_ verb: String) -> ScriptedServer.Answer {
        switch verb {
        case "greeting": .say("220 mx.example ESMTP\r\n")
        case "EHLO":
            .say((["mx.example"] + extensions).map { "250-\($0)\r\n" }.joined() + "250 ENHANCEDSTATUSCODES\r\n")
        case "STARTTLS": .startTLS("220 2.0.0 go ahead\r\n")
        case "AUTH", "response": .say("235 2.7.0 welcome\r\n")
        case "DATA": .say("354 go ahead\r\n")
        case ".": .say("250 2.0.0 queued\r\n")
        case "QUIT": .sayAndClose("221 2.0.0 bye\r\n")
        default: .say("250 2.1.0 ok\r\n")
        }
    }
}
