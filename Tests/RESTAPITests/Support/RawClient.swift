import NIOCore
import NIOPosix

/// A client that sends exactly the octets of a test.
struct RawClient: Sendable {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Sends, and returns all that is answered until the server closes the connection or `isEnough`.
    static func talk(
        port: Int, isEnough: @escaping @Sendable (ByteBuffer) -> Bool = { _ in false },
        _ send: @escaping @Sendable (RawClient) async throws -> Void
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(
            host: "127.0.0.1", port: port
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // A server that cuts the connection fails the rest of what is sent.
                group.addTask { try? await send(RawClient(outbound: outbound)) }
                var answer = ByteBuffer()
                do {
                    for try await piece in inbound {
                        answer.writeImmutableBuffer(piece)
                        if isEnough(answer) { break }
                    }
                } catch is IOError {
                    // A reset is an end, too.
                }
                group.cancelAll()
                return String(buffer: answer)
            }
        }
    }
}
