import NIOCore
import NIOPosix

/// A client that reads the beginning of an answer, lets something happen, and goes on.
struct SlowReader: Sendable {
    /// Returns how many octets came in all, head and body; when it hangs up, only the first.
    func read(
        port: Int, request: String, hangsUp: Bool = false, _ meanwhile: @Sendable () async throws -> Void
    ) async throws -> Int {
        // Small buffers, so that the server cannot write ahead.
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.socketOption(.so_rcvbuf), value: 65_536)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var pieces = inbound.makeAsyncIterator()
            var count = try await pieces.next()?.readableBytes ?? 0
            try await meanwhile()
            if hangsUp { return count }
            do {
                while let piece = try await pieces.next() { count += piece.readableBytes }
            } catch is IOError {
                // A reset is an end, too.
            }
            return count
        }
    }
}
