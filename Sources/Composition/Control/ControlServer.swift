import Foundation
import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Listens on the Unix socket in the data folder for commands: one line of JSON in, one line of JSON out.
///
/// The socket is for its owner only (mode 0600), and the peer's user is checked besides: the server's own or root.
public struct ControlServer: Service {
    private static let longestLine = 1 << 20
    private let path: String
    private let perform: @Sendable (AdminCommand) async -> AdminReply
    private let logger: Logger

    init(path: String, logger: Logger, perform: @escaping @Sendable (AdminCommand) async -> AdminReply) {
        self.path = path
        self.logger = logger
        self.perform = perform
    }

    /// Serves until the group shuts down.
    public func run() async throws {
        unlink(path)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        // Until here the data folder's own mode (0700) keeps others away, and the peer check stands in any case.
        chmod(path, 0o600)
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { await serve(connection) }
                    }
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
        unlink(path)
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        do {
            let peer = try await Self.peerUser(of: connection.channel)
            try await connection.executeThenClose { inbound, _ in
                guard peer == geteuid() || peer == 0 else {
                    logger.warning("a stranger's command was refused", metadata: ["uid": "\(peer)"])
                    return
                }
                var line = ByteBuffer()
                for try await part in inbound {
                    line.writeImmutableBuffer(part)
                    guard line.readableBytes <= Self.longestLine else { return }
                    guard let end = line.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { continue }
                    let bytes = Data(line.readableBytesView[..<end])
                    let reply: AdminReply
                    if let command = try? JSONDecoder().decode(AdminCommand.self, from: bytes) {
                        reply = await perform(command)
                    } else {
                        reply = .failure(2, "The running server does not know this command: is it another version?")
                    }
                    // Not by `outbound`: its writes are only on their way when it returns, and closing would cut them.
                    try await connection.channel.writeAndFlush(
                        ByteBuffer(bytes: try JSONEncoder().encode(reply) + Data("\n".utf8))
                    ).get()
                    return
                }
            }
        } catch {
            logger.debug("a command's connection ended early", metadata: ["error": "\(error)"])
        }
    }

    private static func peerUser(of channel: any Channel) async throws -> uid_t {
        guard let provider = channel as? any SocketOptionProvider else { throw ConfigurationError("no socket") }
        let credentials: PeerCredentials = try await provider.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel.socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return credentials.uid
    }
}

/// What the kernel says of the peer of a Unix socket: `struct ucred` of unix(7), which Swift's Glibc does not show.
private struct PeerCredentials {
    var pid: pid_t
    var uid: uid_t
    var gid: gid_t
}
