import Glibc
public import Logging
public import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle

/// Listens, and has a task for each connection that answers its session.
public struct MailIntakeServer: Service {
    private let listeners: [MailListener]
    private let limits: MailIntakeLimits
    private let logger: Logger
    private let whenListening: @Sendable ([SocketAddress]) -> Void

    /// - Parameters:
    ///   - listeners: where to listen.
    ///   - limits: what is borne of the clients of all listeners together.
    ///   - logger: the log.
    ///   - whenListening: called once all listeners listen, with their addresses in order.
    public init(
        listeners: [MailListener], limits: MailIntakeLimits = MailIntakeLimits(), logger: Logger,
        whenListening: @escaping @Sendable ([SocketAddress]) -> Void = { _ in }
    ) {
        self.listeners = listeners
        self.limits = limits
        self.logger = logger
        self.whenListening = whenListening
    }

    /// Listens until the group shuts down; a message that is being stored then is still answered.
    ///
    /// - Throws: ``MailListenError`` if an address cannot be listened on.
    public func run() async throws {
        let reception = MailIntakeReception(limits)
        var channels: [any Channel] = []
        do {
            for listener in listeners { channels.append(try await bind(listener, reception)) }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        let bound = channels
        whenListening(bound.compactMap(\.localAddress))
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { tasks in
                    for await connection in reception.connections {
                        tasks.addTask {
                            await connection.run()
                            reception.forget(connection)
                        }
                    }
                }
            } onGracefulShutdown: {
                for channel in bound { channel.close(promise: nil) }
                reception.shutDown()
            }
        } onCancel: {
            for channel in bound { channel.close(promise: nil) }
            reception.close()
        }
    }

    private func bind(_ listener: MailListener, _ reception: MailIntakeReception) async throws -> any Channel {
        let limits = limits
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.prepare(channel, listener, reception, limits)
                }
            }
        do {
            let channel = try await bootstrap.bind(host: listener.host, port: listener.port).get()
            logger.info(
                "mail is taken in",
                metadata: ["listener": "\(listener.name)", "address": "\(channel.localAddress?.description ?? "")"])
            return channel
        } catch {
            let code = (error as? IOError)?.errnoCode
            let reason =
                switch code {
                case EADDRINUSE: "another program listens there already"
                case EACCES: "ports below 1024 need more rights"
                case EADDRNOTAVAIL: "this machine has no such address"
                default: "\(error)"
                }
            throw MailListenError(listener, errno: code, reason: reason)
        }
    }

    /// Puts the handlers of a new connection into its pipeline; runs on its event loop.
    private static func prepare(
        _ channel: any Channel, _ listener: MailListener, _ reception: MailIntakeReception, _ limits: MailIntakeLimits
    ) throws {
        let address = channel.remoteAddress?.ipAddress ?? ""
        guard reception.admission.enter(address) else {
            if case .tls = listener.security { throw ChannelError.eof }
            try channel.pipeline.syncOperations.addHandler(MailIntakeRefusal())
            return
        }
        channel.closeFuture.whenComplete { _ in reception.admission.leave(address) }
        var hasTLSFromStart = false
        var tls: NIOSSLContext?
        switch listener.security {
        case .none: break
        case .startTLS(let context): tls = context
        case .tls(let context):
            hasTLSFromStart = true
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
        let (questions, continuation) = AsyncStream.makeStream(of: MailIntakeQuestion.self)
        let handler = MailIntakeHandler(
            configuration: listener.desk.configuration, limits: limits, hasTLSFromStart: hasTLSFromStart,
            questions: continuation
        ) {
            guard let tls else { throw ChannelError.operationUnsupported }
            return NIOSSLServerHandler(context: tls)
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        let connection = MailIntakeConnection(
            client: MailIntakeClient(address: address), desk: listener.desk, channel: channel,
            handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), questions: questions)
        guard reception.admit(connection) else { throw ChannelError.eof }
    }
}
