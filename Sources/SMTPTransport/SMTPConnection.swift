import NIOConcurrencyHelpers
public import NIOCore
public import NIOPosix
public import SMTP

/// An open connection to a mail server, ready for mail: greeted, secured and signed in as configured.
///
/// It takes one transaction at a time, and as many after each other as the server likes. An idle connection closes itself
/// after ``SMTP/SMTPTimeouts/idle``.
public final class SMTPConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<SMTPClientHandler>
    /// The version of TLS, such as `TLS 1.3`; nil if the connection is in the clear.
    public let tlsVersion: String?
    /// Whether the server reports on mail as it is asked to (RFC 3461).
    public let offersDSN: Bool

    /// On the event loop of the handler.
    private init(channel: any Channel, handler: NIOLoopBound<SMTPClientHandler>) {
        self.channel = channel
        self.handler = handler
        tlsVersion = handler.value.tlsVersion
        offersDSN = handler.value.session.capabilities?.dsn ?? false
    }

    /// Connects to the first address of the host that answers, and opens the session.
    ///
    /// - Parameters:
    ///   - configuration: Where and how.
    ///   - group: The event loops to use.
    /// - Throws: ``SMTP/SMTPFailure`` with the conversation up to there. Cancelling the task closes the connection.
    public static func connect(
        _ configuration: SMTPConnectionConfiguration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws(SMTPFailure) -> SMTPConnection {
        try await connect(configuration, tls: SMTPTLSClient.make(for: configuration), group: group)
    }

    /// Connects with a TLS client that was made before; see ``connect(_:group:)``.
    package static func connect(
        _ configuration: SMTPConnectionConfiguration, tls: SMTPTLSClient?,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws(SMTPFailure) -> SMTPConnection {
        guard !configuration.host.isEmpty, (1...65535).contains(configuration.port) else {
            throw SMTPFailure(
                phase: .connect, kind: .configuration, text: "There is no host, or the port is not one from 1 to 65535."
            )
        }
        let attempt = SMTPConnectAttempt()
        let start = NIODeadline.now()
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(configuration.timeouts.connect))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = SMTPClientHandler(
                        session: SMTPClientSession(configuration: configuration.session),
                        timeouts: configuration.timeouts, start: start,
                        isCheckedByDANE: configuration.verification.isByDANE
                    ) {
                        guard let tls else { throw SMTPTLSMissing() }
                        return try tls.makeHandler()
                    }
                    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
                    guard attempt.adopt(channel, bound) else { throw ChannelError.eof }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            return try await withTaskCancellationHandler {
                try await bootstrap.connect(host: configuration.host, port: configuration.port).flatMap { channel in
                    // Not looked up in the pipeline: a server that refuses at once may have emptied it already.
                    guard let handler = attempt.handler(of: channel) else {
                        return channel.eventLoop.makeFailedFuture(ChannelError.eof)
                    }
                    return handler.value.waitUntilOpened(on: channel.eventLoop)
                        .map { SMTPConnection(channel: channel, handler: handler) }
                }.get()
            } onCancel: {
                attempt.cancel()
            }
        } catch {
            var failure = SMTPFailure(connectError: error, host: configuration.host, port: configuration.port)
            if attempt.isCancelled {
                let conversation = failure.conversation
                failure = SMTPFailure(phase: failure.phase, kind: .cancelled, text: "The connection was cancelled.")
                failure.conversation = conversation
            }
            if failure.conversation.entries.isEmpty {
                failure.conversation.append(
                    failure.text, by: .note, at: Int((NIODeadline.now() - start).nanoseconds / 1_000_000))
            }
            throw failure
        }
    }

    /// Whether the connection is open, as far as is known here.
    public var isOpen: Bool { channel.isActive }

    /// What was said while the connection was opened and since the last transaction began; credentials are masked.
    public var conversation: SMTPConversation {
        get async {
            let handler = handler
            let conversation = try? await channel.eventLoop.submit { handler.value.conversation }.get()
            return conversation ?? SMTPConversation()
        }
    }

    /// Sends one mail.
    ///
    /// Cancelling the task before the final dot closes the connection. After it, the server's answer is awaited for
    /// ``SMTP/SMTPTimeouts/finalDotAfterCancellation`` longer, since only the answer tells whether the mail was taken.
    ///
    /// - Parameters:
    ///   - transaction: Sender and recipients.
    ///   - content: The message with CR LF line ends; read once the server has accepted sender and a recipient.
    ///   - beforeDot: Called when everything but the final dot is sent, so that "dot sent" can be recorded. If it
    ///     throws, the mail is not sent and the connection is closed.
    /// - Returns: One outcome per recipient, with the conversation.
    public func send(
        _ transaction: SMTPTransaction, content: SMTPContent,
        beforeDot: @Sendable () async throws -> Void = {}
    ) async -> SMTPTransactionResult {
        guard !Task.isCancelled else {
            return SMTPTransactionResult(
                failure: SMTPFailure(phase: .mail, kind: .cancelled, text: "The sending was cancelled."),
                recipients: transaction.recipients.count, isConnectionUsable: isOpen)
        }
        let loop = channel.eventLoop
        let handler = handler
        do {
            let begun = try await loop.submit { handler.value.begin(transaction, on: loop) }.get()
            return try await withTaskCancellationHandler {
                if try await begun.gate.get() {
                    await transfer(content, ticket: begun.ticket, beforeDot: beforeDot)
                }
                return try await begun.result.get()
            } onCancel: {
                loop.execute { handler.value.cancel(ticket: begun.ticket, on: loop) }
            }
        } catch {
            // Only a loop that was shut down gets here.
            return SMTPTransactionResult(
                failure: SMTPFailure(phase: .mail, kind: .cancelled, text: "The event loop has ended."),
                recipients: transaction.recipients.count, isConnectionUsable: false)
        }
    }

    private func transfer(
        _ content: SMTPContent, ticket: Int, beforeDot: @Sendable () async throws -> Void
    ) async {
        let loop = channel.eventLoop
        let handler = handler
        do {
            try await content.forEachPiece { piece in
                try await loop.flatSubmit { handler.value.write(piece, ticket: ticket, on: loop) }.get()
            }
            guard try await loop.submit({ handler.value.prepareEnd(ticket: ticket) }).get() else { return }
            try await beforeDot()
            try await loop.submit { handler.value.end(ticket: ticket) }.get()
        } catch {
            // If the session has ended the transaction by itself, the abort finds nothing to do.
            let failure = SMTPFailure(
                phase: .content, kind: error is CancellationError ? .cancelled : .source,
                text: "The message could not be sent to its end on our side.")
            loop.execute { handler.value.abort(ticket: ticket, failure) }
        }
    }

    /// Says QUIT and waits until the connection is closed, at most ``SMTP/SMTPTimeouts/quit``.
    public func quit() async {
        beginQuit()
        try? await channel.closeFuture.get()
    }

    /// Says QUIT; the connection closes by itself afterwards.
    package func beginQuit() {
        let handler = handler
        channel.eventLoop.execute { handler.value.quit() }
    }

    /// Calls back on the event loop when the connection is closed.
    func whenClosed(_ body: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in body() }
    }
}

extension SMTPConnectionConfiguration.CertificateVerification {
    fileprivate var isByDANE: Bool {
        if case .dane = self { true } else { false }
    }
}

/// TLS was asked for where the configuration has none; cannot happen with the session's own actions.
private struct SMTPTLSMissing: Error {}

/// The channels of an attempt to connect, so that cancelling closes them.
private final class SMTPConnectAttempt: Sendable {
    private struct State {
        var channels: [(channel: any Channel, handler: NIOLoopBound<SMTPClientHandler>)] = []
        var isCancelled = false
    }

    private let state = NIOLockedValueBox(State())

    var isCancelled: Bool { state.withLockedValue { $0.isCancelled } }

    /// - Returns: False if the attempt was cancelled already.
    func adopt(_ channel: any Channel, _ handler: NIOLoopBound<SMTPClientHandler>) -> Bool {
        state.withLockedValue { state in
            state.channels.append((channel, handler))
            return !state.isCancelled
        }
    }

    func handler(of channel: any Channel) -> NIOLoopBound<SMTPClientHandler>? {
        state.withLockedValue { state in state.channels.first { $0.channel === channel }?.handler }
    }

    func cancel() {
        let channels = state.withLockedValue { state in
            state.isCancelled = true
            return state.channels
        }
        for (channel, _) in channels { channel.close(promise: nil) }
    }
}
