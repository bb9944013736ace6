import IMAP
import NIOCore
import NIOTLS
import SMTP
import SMTPTransport

/// The one handler between the socket (or TLS) and the session: it carries out what the session asks for.
///
/// It owns the decoder, so that at the moment when TLS begins it knows whether octets are left over that came in the
/// clear; with a decoder of its own in the pipeline they would be delivered later as if they had come over TLS.
final class IMAPClientHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private(set) var session: IMAPClientSession
    private let timeout: TimeAmount
    private let makeTLS: () throws -> any ChannelHandler
    private let decoder: IMAPResponseDecoder
    private let processor: NIOSingleStepByteToMessageProcessor<IMAPResponseDecoder>
    private var context: ChannelHandlerContext?
    private var opening: Result<Void, IMAPFailure>?
    private var openingWaiters: [EventLoopPromise<Void>] = []
    private var answer: EventLoopPromise<IMAPAnswer>?
    private var isProcessing = false
    private var isTLSWanted = false
    private var timer: Scheduled<Void>?

    init(
        _ configuration: IMAPConnectionConfiguration, makeTLS: @escaping () throws -> any ChannelHandler
    ) {
        session = IMAPClientSession(configuration: configuration.session)
        timeout = TimeAmount(configuration.answerTimeout)
        self.makeTLS = makeTLS
        decoder = IMAPResponseDecoder(limits: configuration.limits)
        processor = NIOSingleStepByteToMessageProcessor(decoder)
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { connected(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        apply(.closed)
        settle(.failure(IMAPFailure(.connect, .closed, "The connection was closed.")))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        connected(context)
        context.fireChannelActive()
    }

    private func connected(_ context: ChannelHandlerContext) {
        if context.remoteAddress?.isLocalOrPrivate != true { session.forbidCleartextAuthentication() }
        apply(.connected)
    }

    func channelInactive(context: ChannelHandlerContext) {
        apply(.closed)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.isClosed else { return }
        isProcessing = true
        do {
            try processor.process(buffer: unwrapInboundIn(data)) { apply(.response($0)) }
        } catch let violation as IMAPResponseParser.Violation {
            apply(.violation(violation))
        } catch {
            fail(error)
        }
        isProcessing = false
        if isTLSWanted { beginTLS() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { apply(.tlsEstablished) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
    }

    private func fail(_ error: any Error) {
        // What TLS libraries and sockets report is put into words once, for all protocols.
        let failure = SMTPFailure(channelError: error, phase: session.phase == .tls ? .tls : .idle)
        apply(.failed(IMAPFailure(failure, session.phase)))
    }

    // MARK: What the connection asks for

    func waitUntilOpened(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        switch opening {
        case .success?: promise.succeed()
        case .failure(let failure)?: promise.fail(failure)
        case nil: openingWaiters.append(promise)
        }
        return promise.futureResult
    }

    func perform(_ command: IMAPCommand, on eventLoop: any EventLoop) -> EventLoopFuture<IMAPAnswer> {
        let promise = eventLoop.makePromise(of: IMAPAnswer.self)
        guard answer == nil, session.isIdle else {
            promise.fail(
                IMAPFailure(.command, session.isClosed ? .closed : .configuration, "The connection is closed or busy."))
            return promise.futureResult
        }
        answer = promise
        apply(.begin(command))
        return promise.futureResult
    }

    func close() { context?.close(promise: nil) }

    // MARK: Carrying out what the session says

    private func apply(_ event: IMAPClientSession.Event) {
        guard let context else { return }
        for action in session.received(event) { perform(action, context) }
        timer?.cancel()
        timer = nil
        guard session.isWaiting else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.apply(.timeout) }
    }

    private func perform(_ action: IMAPClientSession.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .send(let octets):
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: octets)), promise: nil)
        case .startTLS:
            // Inside the decoder's loop it is not yet known whether octets are left over.
            isTLSWanted = true
            if !isProcessing { beginTLS() }
        case .ready: settle(.success(()))
        case .finished(let result):
            let promise = answer
            answer = nil
            promise?.completeWith(result.mapError { $0 as any Error })
        case .failed(let failure): settle(.failure(failure))
        case .close: context.close(promise: nil)
        }
    }

    private func beginTLS() {
        isTLSWanted = false
        guard let context, !session.isClosed else { return }
        // RFC 9051, 11.3: what an attacker sends ahead must not count as said under protection.
        guard processor.unprocessedBytes == 0, !decoder.isInsideResponse else {
            apply(
                .failed(
                    IMAPFailure(.tls, .injection, "Something was sent in the clear behind the answer to STARTTLS.")))
            return
        }
        do {
            try context.pipeline.syncOperations.addHandler(makeTLS(), position: .before(self))
        } catch {
            apply(.failed(IMAPFailure(.tls, .configuration, "TLS cannot be begun with this host name.")))
        }
    }

    private func settle(_ result: Result<Void, IMAPFailure>) {
        guard opening == nil else { return }
        opening = result
        for waiter in openingWaiters { waiter.completeWith(result.mapError { $0 as any Error }) }
        openingWaiters = []
    }
}
