import NIOCore
import NIOSSL
import NIOTLS
import SMTP

/// The one handler between the socket (or TLS) and the session: it carries out what the session asks for, and passes its
/// questions on to the task of the connection.
///
/// It has no buffer of its own: every octet is the session's at once, which therefore knows at the moment of STARTTLS
/// whether anything was sent in the clear behind it (CVE-2011-0411).
final class MailIntakeHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private(set) var session: SMTPServerSession
    let limits: MailIntakeLimits
    private let hasTLSFromStart: Bool
    private let makeTLS: () throws -> any ChannelHandler
    private let questions: AsyncStream<MailIntakeQuestion>.Continuation
    private(set) var context: ChannelHandlerContext?

    private var events: [SMTPServerSession.Event] = []
    private var isApplying = false
    private var isOpening = true
    private var isReadHeld = false
    private var pendingOctets = 0
    private var isOverdue = false
    private var timer: Scheduled<Void>?
    private var sessionTimer: Scheduled<Void>?
    private var messageTimer: Scheduled<Void>?

    /// - Parameters:
    ///   - configuration: what the session offers.
    ///   - limits: what is borne of the client beyond that.
    ///   - hasTLSFromStart: whether a TLS handler is in the pipeline already.
    ///   - questions: where questions go.
    ///   - makeTLS: makes the handler that STARTTLS puts into the pipeline.
    init(
        configuration: SMTPServerSession.Configuration, limits: MailIntakeLimits, hasTLSFromStart: Bool,
        questions: AsyncStream<MailIntakeQuestion>.Continuation, makeTLS: @escaping () throws -> any ChannelHandler
    ) {
        session = SMTPServerSession(configuration: configuration, isSecured: hasTLSFromStart)
        self.limits = limits
        self.hasTLSFromStart = hasTLSFromStart
        self.questions = questions
        self.makeTLS = makeTLS
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { connected(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        connected(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.isClosed else { return }
        apply(.received(Array(unwrapInboundIn(data).readableBytesView)))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeReading()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            if isOpening { open(context) } else { apply(.tlsEstablished) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A broken handshake, or a connection that was reset: nothing can be said to the client any more.
        end()
        context.close(promise: nil)
    }

    /// The pipeline wants to read: not while the session's owner owes answers, so that a client that sends without
    /// waiting is held back by TCP.
    func read(context: ChannelHandlerContext) {
        if mayRead(context) { context.read() } else { isReadHeld = true }
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        if session.isClosed || isOpening { return true }
        return session.wantsInput && pendingOctets <= limits.pendingOctets && context.channel.isWritable
    }

    private func resumeReading() {
        guard isReadHeld, let context, mayRead(context) else { return }
        isReadHeld = false
        context.read()
    }

    private func connected(_ context: ChannelHandlerContext) {
        sessionTimer = schedule(limits.session, context) { $0.overdue() }
        if hasTLSFromStart {
            timer = schedule(session.configuration.timeouts.tls, context) { handler in
                handler.context?.close(promise: nil)
            }
        } else {
            open(context)
        }
    }

    private func open(_ context: ChannelHandlerContext) {
        isOpening = false
        apply(.connected)
    }

    /// The connection is over.
    private func end() {
        isOpening = false
        apply(.closed)
        for timer in [timer, sessionTimer, messageTimer] { timer?.cancel() }
        questions.finish()
    }
}

extension MailIntakeHandler {
    // MARK: Carrying out what the session says

    /// Tells the session what happened. What happens meanwhile, since a write may fail at once, waits for its turn.
    func apply(_ event: SMTPServerSession.Event) {
        events.append(event)
        guard !isApplying else { return }
        isApplying = true
        while !events.isEmpty {
            let event = events.removeFirst()
            let before = session.wait
            let actions = session.receive(event)
            let hasReplied = perform(actions)
            reschedule(before, isActive: hasReplied || (event.isContent && before == .content))
        }
        isApplying = false
        if isOverdue, session.wait == .command { apply(.shutdown) }
        resumeReading()
    }

    /// The conversation has taken octets of a message.
    func taken(_ octets: Int) {
        let wasFull = pendingOctets > limits.pendingOctets
        pendingOctets -= octets
        guard wasFull, pendingOctets <= limits.pendingOctets else { return }
        // While we kept the client waiting, its time did not run.
        reschedule(session.wait, isActive: true)
        resumeReading()
    }

    /// - Returns: whether anything was said to the client.
    private func perform(_ actions: [SMTPServerSession.Action]) -> Bool {
        guard let context else { return false }
        var output = ByteBuffer()
        var hasReplied = false
        for action in actions {
            switch action {
            case .reply(let reply):
                output.writeBytes(reply.wire)
                hasReplied = true
            case .startTLS:
                write(&output, context)
                beginTLS(context)
            case .authenticate(let user, let password): questions.yield(.authenticate(user: user, password: password))
            case .checkSender(let envelope): questions.yield(.sender(envelope))
            case .checkRecipient(let recipient): questions.yield(.recipient(recipient))
            case .beginMessage(let envelope): begin(envelope)
            case .content(let octets):
                pendingOctets += octets.count
                questions.yield(.content(octets))
            case .completeMessage: questions.yield(.complete)
            case .discardMessage: questions.yield(.discard)
            case .close: close(&output, context)
            }
        }
        write(&output, context)
        return hasReplied
    }

    private func begin(_ envelope: SMTPServerSession.Envelope) {
        // There is no mail without EHLO or HELO before it.
        guard let clientName = session.clientName else { return apply(.closed) }
        questions.yield(
            .begin(
                MailIntakeMessage(envelope: envelope, clientName: clientName, transmission: session.transmission)))
    }

    private func write(_ output: inout ByteBuffer, _ context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        output = ByteBuffer()
    }

    private func beginTLS(_ context: ChannelHandlerContext) {
        do {
            // At once: what comes next is the handshake, or it fails.
            try context.pipeline.syncOperations.addHandler(makeTLS(), position: .before(self))
        } catch {
            context.close(promise: nil)
        }
    }

    /// Says the last words and closes. A socket that is closed with unread octets is reset, and a reset overtakes what
    /// was said: so only our side ends first, and the client's rest is read in vain for a moment.
    private func close(_ output: inout ByteBuffer, _ context: ChannelHandlerContext) {
        questions.finish()
        guard context.channel.isActive else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        let isEncrypted = session.isSecured
        promise.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            guard let context = self?.context else { return }
            if isEncrypted { context.close(promise: nil) } else { context.close(mode: .output, promise: nil) }
        }
        _ = schedule(limits.farewell, context) { $0.context?.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(output), promise: promise)
        output = ByteBuffer()
    }

    // MARK: Time

    private func reschedule(_ before: SMTPServerSession.Wait?, isActive: Bool) {
        guard let context else { return }
        let wait = session.wait
        if wait != .content {
            messageTimer?.cancel()
            messageTimer = nil
        } else if messageTimer == nil {
            messageTimer = schedule(limits.message, context) { $0.apply(.timeout) }
        }
        guard wait != before || isActive || pendingOctets > limits.pendingOctets else { return }
        timer?.cancel()
        timer = nil
        guard let wait, pendingOctets <= limits.pendingOctets else { return }
        timer = schedule(session.configuration.timeouts[wait], context) { $0.apply(.timeout) }
    }

    private func overdue() {
        isOverdue = true
        if session.wait == .command || isOpening { apply(.shutdown) }
        if isOpening { context?.close(promise: nil) }
    }

    private func schedule(
        _ delay: Duration, _ context: ChannelHandlerContext, _ body: @escaping (MailIntakeHandler) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [weak self] in
            if let self { body(self) }
        }
    }
}

extension SMTPServerSession.Event {
    fileprivate var isContent: Bool {
        if case .received = self { true } else { false }
    }
}
