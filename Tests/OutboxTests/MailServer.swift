import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server on loopback that does what a test tells it to.
final class MailServer: Sendable {
    /// What the server does at a moment of a conversation.
    enum Answer: Sendable, Equatable {
        case say(String)
        case close
        /// Says nothing until ``MailServer/release()``, then this.
        case hold(String)
    }

    struct Mail: Sendable, Equatable {
        var sender: String
        var recipient: String
        var octets: [UInt8]
        var text: String { String(decoding: octets, as: UTF8.self) }
    }

    fileprivate struct State {
        var answers: [String: Answer] = [:]
        var mails: [Mail] = []
        var lines: [String] = []
        var connections = 0
        var held: [(channel: any Channel, text: String)] = []
        var isHeld = false
        var holdWaiter: CheckedContinuation<Void, Never>?
    }

    let port: Int
    private let channel: any Channel
    fileprivate let state: StateBox

    fileprivate final class StateBox: Sendable {
        let state = Mutex(State())
    }

    private init(channel: any Channel, state: StateBox) {
        self.channel = channel
        self.state = state
        port = channel.localAddress?.port ?? 0
    }

    /// Everything that arrived with its final dot.
    var mails: [Mail] { state.state.withLock { $0.mails } }
    var lines: [String] { state.state.withLock { $0.lines } }
    var connections: Int { state.state.withLock { $0.connections } }

    /// What it answers from now on to a verb: `greeting`, `MAIL`, `.` and so on; nil: as servers do.
    func answer(_ verb: String, _ answer: Answer?) {
        state.state.withLock { $0.answers[verb] = answer }
    }

    /// Waits until an answer is held back.
    func waitUntilHolding() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.state.withLock { state in
                if !state.isHeld { state.holdWaiter = continuation }
                return state.isHeld
            }
            if isHeld { continuation.resume() }
        }
    }

    /// Says what was held back.
    func release() {
        let held = state.state.withLock { state in
            defer {
                state.held = []
                state.isHeld = false
            }
            return state.held
        }
        for (channel, text) in held { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }
    }

    /// The folder of the certificates that all tests of the client share.
    static let certificates = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("SMTPTransportTests/Certificates").path

    /// Runs a test beside a server.
    ///
    /// - Parameters:
    ///   - certificate: which of the test certificates it has; nil: it offers no STARTTLS.
    ///   - extensions: further lines of its answer to EHLO.
    ///   - host: its address.
    ///   - port: its port; 0: any.
    static func with(
        certificate: String? = nil, extensions: [String] = [], answers: [String: Answer] = [:],
        host: String = "127.0.0.1", port: Int = 0,
        _ body: (MailServer) async throws -> Void
    ) async throws {
        let state = StateBox()
        state.state.withLock { $0.answers = answers }
        let context = try certificate.map { name in
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMFile("\(certificates)/\(name).pem").map {
                        .certificate($0)
                    },
                    privateKey: .privateKey(
                        NIOSSLPrivateKey(file: "\(certificates)/\(name).key.pem", format: .pem))))
        }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(
                        Conversation(state: state, context: context, extensions: extensions))
                }
            }
            .bind(host: host, port: port).get()
        let server = MailServer(channel: channel, state: state)
        do {
            try await body(server)
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    /// A port that nobody listens on.
    static func closedPort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }
}

private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let state: MailServer.StateBox
    private let tls: NIOSSLContext?
    private let extensions: [String]
    private var isSecured = false
    private var buffer = ByteBuffer()
    private var mail = MailServer.Mail(sender: "", recipient: "", octets: [])
    private var isInMessage = false

    init(state: MailServer.StateBox, context: NIOSSLContext?, extensions: [String]) {
        self.state = state
        tls = context
        self.extensions = extensions
    }

    func channelActive(context: ChannelHandlerContext) {
        state.state.withLock { $0.connections += 1 }
        answer("greeting", context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        buffer.writeBuffer(&incoming)
        while let end = buffer.readableBytesView.firstIndex(of: 0x0A) {
            guard let octets = buffer.readBytes(length: end - buffer.readerIndex + 1) else { return }
            take(octets, context)
        }
    }

    private func take(_ octets: [UInt8], _ context: ChannelHandlerContext) {
        if isInMessage {
            guard octets == Array(".\r\n".utf8) else {
                // RFC 5321, 4.5.2
                mail.octets += octets.first == UInt8(ascii: ".") ? octets.dropFirst() : octets[...]
                return
            }
            isInMessage = false
            let complete = mail
            state.state.withLock { $0.mails.append(complete) }
            answer(".", context)
            return
        }
        let line = String(decoding: octets.dropLast(2), as: UTF8.self)
        state.state.withLock { $0.lines.append(line) }
        let verb = line.prefix { $0 != " " }.uppercased()
        let address = line.split { "<>".contains($0) }.dropFirst().first.map(String.init) ?? ""
        if verb == "MAIL" { mail = MailServer.Mail(sender: address, recipient: "", octets: []) }
        if verb == "RCPT" { mail.recipient = address }
        answer(verb, context)
    }

    private func answer(_ verb: String, _ context: ChannelHandlerContext) {
        let answer = state.state.withLock { $0.answers[verb] } ?? .say(usual(verb))
        switch answer {
        case .say(let text):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            if verb == "DATA", text.hasPrefix("354") { isInMessage = true }
            if verb == "QUIT" { context.close(promise: nil) }
            if verb == "STARTTLS", text.hasPrefix("220"), let tls {
                isSecured = true
                try? context.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: tls), position: .before(self))
            }
        case .close: context.close(promise: nil)
        case .hold(let text):
            if verb == "DATA" { isInMessage = true }
            let waiter = state.state.withLock { state in
                state.held.append((context.channel, text))
                state.isHeld = true
                defer { state.holdWaiter = nil }
                return state.holdWaiter
            }
            waiter?.resume()
        }
    }

    private func usual(_ verb: String) -> String {
        switch verb {
        case "GREETING", "greeting": return "220 mx.example ESMTP\r\n"
        case "EHLO":
            let offered = extensions + (tls != nil && !isSecured ? ["STARTTLS"] : [])
            return (["mx.example"] + offered).map { "250-\($0)\r\n" }.joined() + "250 ENHANCEDSTATUSCODES\r\n"
        case "STARTTLS": return tls == nil ? "502 5.5.1 no\r\n" : "220 2.0.0 go ahead\r\n"
        case "AUTH": return "235 2.7.0 welcome\r\n"
        case "DATA": return "354 go ahead\r\n"
        case ".": return "250 2.0.0 queued as 4711\r\n"
        case "QUIT": return "221 2.0.0 bye\r\n"
        default: return "250 2.1.0 ok\r\n"
        }
    }
}
