public import IMAP
import NIOConcurrencyHelpers
public import NIOCore
public import NIOPosix
import SMTP
import SMTPTransport

/// An open connection to a mailbox: greeted, secured and signed in. One command at a time.
public final class IMAPConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<IMAPClientHandler>

    private init(channel: any Channel, handler: NIOLoopBound<IMAPClientHandler>) {
        self.channel = channel
        self.handler = handler
    }

    /// Connects to the first address of the host that answers, secures the connection and signs in.
    ///
    /// - Parameters:
    ///   - configuration: where and how.
    ///   - group: the event loops to use.
    /// - Throws: ``IMAP/IMAPFailure``. Cancelling the task closes the connection.
    public static func connect(
        _ configuration: IMAPConnectionConfiguration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws(IMAPFailure) -> IMAPConnection {
        guard !configuration.host.isEmpty, (1...65_535).contains(configuration.port) else {
            throw IMAPFailure(.connect, .configuration, "There is no host, or the port is not one from 1 to 65535.")
        }
        let tls: SMTPTLSClient?
        do {
            tls =
                configuration.session.security == .none
                ? nil
                : try await SMTPTLSClient.make(
                    host: configuration.host, verification: configuration.verification, trust: configuration.trust)
        } catch {
            throw IMAPFailure(error, .tls)
        }
        let attempts = NIOLockedValueBox<[Attempt]>([])
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                // At once, not when connected: the greeting may come in the same moment.
                channel.eventLoop.makeCompletedFuture {
                    let handler = IMAPClientHandler(configuration) {
                        guard let tls else { throw IMAPFailure(.tls, .configuration, "There is no TLS.") }
                        return try tls.makeHandler()
                    }
                    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
                    attempts.withLockedValue { $0.append(Attempt(channel: channel, handler: bound)) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            return try await withTaskCancellationHandler {
                try Task.checkCancellation()
                return try await bootstrap.connect(host: configuration.host, port: configuration.port).flatMap {
                    channel in
                    let attempt = attempts.withLockedValue { attempts in attempts.first { $0.channel === channel } }
                    guard let attempt else { return channel.eventLoop.makeFailedFuture(ChannelError.eof) }
                    return attempt.handler.value.waitUntilOpened(on: channel.eventLoop)
                        .map { IMAPConnection(channel: channel, handler: attempt.handler) }
                }.get()
            } onCancel: {
                for attempt in attempts.withLockedValue({ $0 }) { attempt.channel.close(promise: nil) }
            }
        } catch let failure as IMAPFailure {
            if Task.isCancelled { throw IMAPFailure(failure.phase, .cancelled, "The connection was cancelled.") }
            throw failure
        } catch is CancellationError {
            throw IMAPFailure(.connect, .cancelled, "The connection was cancelled.")
        } catch {
            throw IMAPFailure(
                SMTPFailure(connectError: error, host: configuration.host, port: configuration.port), .connect)
        }
    }

    /// A channel that is being connected: a host may have several addresses.
    private struct Attempt {
        let channel: any Channel
        let handler: NIOLoopBound<IMAPClientHandler>
    }

    /// What the server can, in capital letters.
    public var capabilities: Set<String> {
        get async {
            let handler = handler
            return (try? await channel.eventLoop.submit { handler.value.session.capabilities }.get()) ?? []
        }
    }

    /// Carries out a command. Cancelling the task closes the connection.
    ///
    /// - Throws: ``IMAP/IMAPFailure``; of kind ``IMAP/IMAPFailure/Kind/refused`` the connection can still be used.
    public func perform(_ command: IMAPCommand) async throws(IMAPFailure) -> IMAPAnswer {
        let loop = channel.eventLoop
        let handler = handler
        let channel = channel
        do {
            return try await withTaskCancellationHandler {
                try await loop.flatSubmit { handler.value.perform(command, on: loop) }.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch let failure as IMAPFailure {
            throw failure
        } catch {
            throw IMAPFailure(.command, .closed, "The connection is closed.")
        }
    }

    /// Says goodbye and closes the connection.
    public func logOut() async {
        _ = try? await perform(.logout)
        try? await channel.close().get()
    }
}
