import NIOCore
import NIOSSL
import NIOTLS
import SMTP

/// The one handler between the socket (or TLS) and the session: it carries out what the session asks for.
///
/// It owns the decoder, so that at the moment when TLS begins it knows whether octets are left over that came in the
/// clear; with a decoder of its own in the pipeline they would be delivered later as if they had come over TLS.
final class SMTPClientHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private(set) var session: SMTPClientSession
    let timeouts: SMTPTimeouts
    /// The version of TLS, once it is established.
    private(set) var tlsVersion: String?
    private let isCheckedByDANE: Bool
    private let makeTLS: () throws -> any ChannelHandler
    private let decoder = SMTPReplyDecoder()
    private let processor: NIOSingleStepByteToMessageProcessor<SMTPReplyDecoder>
    var recorder: SMTPConversationRecorder
    private(set) var context: ChannelHandlerContext?

    private var opening: Result<Void, SMTPFailure>?
    private var openingWaiters: [EventLoopPromise<Void>] = []
    var transfer: Transfer?

    private var isProcessing = false
    private var isTLSWanted = false
    var timer: Scheduled<Void>?
    var contentTimer: Scheduled<Void>?
    var ticket = 0

    init(
        session: SMTPClientSession, timeouts: SMTPTimeouts, start: NIODeadline, isCheckedByDANE: Bool = false,
        makeTLS: @escaping () throws -> any ChannelHandler
    ) {
        self.session = session
        self.timeouts = timeouts
        self.isCheckedByDANE = isCheckedByDANE
        self.makeTLS = makeTLS
        processor = NIOSingleStepByteToMessageProcessor(decoder)
        recorder = SMTPConversationRecorder(start: start)
    }

    var conversation: SMTPConversation { recorder.conversation }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { connected(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        apply(.closed)
        settleOpening(
            .failure(SMTPFailure(phase: .connect, kind: .closed, text: "The connection was closed.")))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        connected(context)
        context.fireChannelActive()
    }

    private func connected(_ context: ChannelHandlerContext) {
        note("connected to \(context.remoteAddress?.description ?? "the server")")
        // Whatever the configuration says, credentials go in the clear to local and private addresses only.
        if session.configuration.allowsCleartextAuthentication, context.remoteAddress?.isLocalOrPrivate != true {
            var configuration = session.configuration
            configuration.allowsCleartextAuthentication = false
            session = SMTPClientSession(configuration: configuration)
        }
        apply(.connected)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !session.isClosed { note("closed by the server") }
        apply(.closed)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.isClosed else { return }
        isProcessing = true
        do {
            try processor.process(buffer: unwrapInboundIn(data)) { reply in
                let masked = session.configuration.credentials?.masking(reply) ?? reply
                if !session.isClosed {
                    for line in masked.wireLines { record(line, by: .server) }
                }
                apply(.reply(reply))
            }
        } catch let violation as SMTPReplyParser.Violation {
            note("protocol violation: \(violation.rawValue)")
            apply(.violation(violation))
        } catch {
            apply(.failed(SMTPFailure(channelError: error, phase: session.phase)))
        }
        isProcessing = false
        if isTLSWanted { beginTLS() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            let version = (try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self))?.tlsVersion
            tlsVersion = version.map(Self.name)
            note("TLS established\(tlsVersion.map { " (\($0))" } ?? "")")
            apply(.tlsEstablished)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !session.isClosed else { return }
        // The TLS handler reports before it closes, and still has what the server has shown.
        let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        var failure = SMTPFailure(channelError: error, phase: session.phase, certificate: tls?.peerCertificate)
        if isCheckedByDANE, failure.isAboutCertificate {
            failure = SMTPFailure(
                phase: .tls, kind: .certificateTLSA,
                text: "The server's certificate does not match the TLSA records of the host.")
        }
        note(failure.text)
        apply(.failed(failure))
    }

    private static func name(_ version: TLSVersion) -> String {
        switch version {
        case .tlsv1: "TLS 1.0"
        case .tlsv11: "TLS 1.1"
        case .tlsv12: "TLS 1.2"
        case .tlsv13: "TLS 1.3"
        }
    }

    func waitUntilOpened(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        switch opening {
        case .success?: promise.succeed()
        case .failure(let failure)?: promise.fail(failure)
        case nil: openingWaiters.append(promise)
        }
        return promise.futureResult
    }
}

extension SMTPClientHandler {
    // MARK: Carrying out what the session says

    func apply(_ event: SMTPClientSession.Event) {
        guard let context else { return }
        let wasClosed = session.isClosed
        for action in session.received(event) { perform(action, context) }
        if !wasClosed { rescheduleTimer(context.eventLoop) }
    }

    private func perform(_ action: SMTPClientSession.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .send(let commands):
            var buffer = context.channel.allocator.buffer(capacity: 128)
            for command in commands {
                record(command.shown, by: .client)
                buffer.writeBytes(command.wire)
            }
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        case .startTLS:
            // Inside the decoder's loop it is not yet known whether octets are left over.
            isTLSWanted = true
            if !isProcessing { beginTLS() }
        case .ready:
            settleOpening(.success(()))
        case .sendContent:
            transfer?.gate.succeed(true)
        case .sendFinalDot:
            record(".", by: .client)
            let ending = transfer?.ending ?? []
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: ending)), promise: nil)
        case .finished(var result):
            result.conversation = recorder.conversation
            let finished = transfer
            transfer = nil
            contentTimer?.cancel()
            contentTimer = nil
            finished?.gate.succeed(false)
            finished?.result.succeed(result)
        case .failed(let failure):
            settleOpening(.failure(failure))
        case .close:
            context.close(promise: nil)
        }
    }

    private func beginTLS() {
        isTLSWanted = false
        guard let context, !session.isClosed else { return }
        // RFC 3207, 6 says what an attacker may do; CVE-2011-0411 what happens to those who read on.
        guard processor.unprocessedBytes == 0, !decoder.isInsideReply else {
            let failure = SMTPFailure(
                phase: .tls, kind: .injection, text: "Something was sent in the clear behind the answer to STARTTLS.")
            note(failure.text)
            apply(.failed(failure))
            return
        }
        do {
            try context.pipeline.syncOperations.addHandler(makeTLS(), position: .before(self))
        } catch {
            apply(
                .failed(
                    SMTPFailure(
                        phase: .tls, kind: .configuration,
                        text: "TLS cannot be begun with this host name (\(error)).")))
        }
    }

    private func settleOpening(_ result: Result<Void, SMTPFailure>) {
        guard opening == nil else { return }
        let settled = result.mapError { failure in
            var failure = failure
            failure.conversation = recorder.conversation
            return failure
        }
        opening = settled
        for waiter in openingWaiters { waiter.completeWith(settled.mapError { $0 as any Error }) }
        openingWaiters = []
    }

    private func rescheduleTimer(_ eventLoop: any EventLoop) {
        timer?.cancel()
        timer = nil
        guard let phase = session.timeoutPhase else { return }
        timer = schedule(timeouts[phase], on: eventLoop) { handler in
            if handler.session.isIdle {
                handler.note("idle for too long")
                handler.apply(.quit)
            } else {
                handler.note("timeout")
                handler.apply(.timeout)
            }
        }
    }

    func schedule(
        _ delay: Duration, on eventLoop: any EventLoop, _ body: @escaping (SMTPClientHandler) -> Void
    ) -> Scheduled<Void> {
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { body(self) }
    }

    func record(_ text: String, by side: SMTPConversation.Side) {
        guard let context else { return }
        recorder.record(text, by: side, at: context.eventLoop.now)
    }

    private func note(_ text: String) { record(text, by: .note) }
}
