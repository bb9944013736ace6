import Foundation
import NIOCore
import NIOPosix

/// A client that sends octets as they are and hears lines, however wrong both are.
final class RawClient: Sendable {
    private let channel: any Channel
    private let lines: AsyncStream<String>

    private init(channel: any Channel, lines: AsyncStream<String>) {
        self.channel = channel
        self.lines = lines
    }

    static func connect(_ port: Int) async throws -> RawClient {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineCollector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, lines: lines)
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    func send(_ octets: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: octets)) }

    /// The next reply's last line; nil once the server has closed.
    func reply() async -> String? {
        for await line in lines where line.dropFirst(3).first != "-" { return line }
        return nil
    }

    /// All that is still said until the server closes.
    func rest() async -> [String] {
        var rest: [String] = []
        for await line in lines { rest.append(line) }
        return rest
    }

    /// Greets, and goes on to the point where the message comes.
    func beginMessage(from sender: String = "a@example.com", to recipient: String = "b@example.com") async throws {
        _ = await reply()
        for command in ["EHLO client.example", "MAIL FROM:<\(sender)>", "RCPT TO:<\(recipient)>", "DATA"] {
            try await send(command + "\r\n")
            _ = await reply()
        }
    }

    func close() async { try? await channel.close() }
}

private final class LineCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<String>.Continuation
    private var text = ""

    init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        while let end = text.range(of: "\r\n") {
            continuation.yield(String(text[..<end.lowerBound]))
            text = String(text[end.upperBound...])
        }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
