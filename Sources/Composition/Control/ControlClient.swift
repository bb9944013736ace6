import Foundation
import NIOCore
import NIOPosix

/// Talks to the running server of a data folder.
public struct ControlClient: Sendable {
    private let path: String

    /// - Parameter configuration: whose data folder is meant.
    public init(_ configuration: Configuration) { path = configuration.controlSocket.path }

    /// Sends a command; `nil` if no server runs.
    public func send(_ command: AdminCommand) async throws -> AdminReply? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == ENOENT {
            return nil  // Left behind by a server that was killed.
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: try JSONEncoder().encode(command) + Data("\n".utf8)))
            var reply = ByteBuffer()
            for try await part in inbound { reply.writeImmutableBuffer(part) }
            guard reply.readableBytes > 0 else {
                return .failure(3, "The running server refused the command: run it as the server's own user.")
            }
            return try JSONDecoder().decode(AdminReply.self, from: Data(reply.readableBytesView))
        }
    }
}
