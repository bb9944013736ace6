import DNS
import NIOCore
import NIOPosix

/// Carries out what a conversation wants, with sockets and timers. It lives on one event loop and is touched nowhere
/// else; each step has a socket of its own, so that the source port is a new one, drawn by the system (RFC 5452, 9.2).
final class DNSExchange<Conversation: DNSConversation> {
    typealias Outcome = Result<Conversation.Output, DNSFailure>

    /// The exchange of a task that may be cancelled before it begins.
    private struct Slot {
        var exchange: DNSExchange?
        var isCancelled = false
    }

    private var conversation: Conversation
    private let eventLoop: any EventLoop
    private let promise: EventLoopPromise<Outcome>
    private let start = ContinuousClock.now
    private var isFinished = false
    private var channel: (any Channel)?
    private var timer: Scheduled<Void>?
    /// Counts sockets: what an earlier one still has to say is not heard.
    private var socket = 0

    private init(_ conversation: Conversation, on eventLoop: any EventLoop, promise: EventLoopPromise<Outcome>) {
        self.conversation = conversation
        self.eventLoop = eventLoop
        self.promise = promise
    }

    /// Runs a conversation to its end, or to the cancellation of the task.
    static func run(
        _ conversation: Conversation, on eventLoop: any EventLoop
    ) async throws(DNSFailure) -> Conversation.Output where Conversation: Sendable {
        let promise = eventLoop.makePromise(of: Outcome.self)
        let slot = NIOLoopBoundBox.makeBoxSendingValue(Slot(), eventLoop: eventLoop)
        let outcome = await withTaskCancellationHandler {
            eventLoop.execute {
                if slot.value.isCancelled { return promise.succeed(.failure(DNSFailure(.cancelled))) }
                let exchange = DNSExchange(conversation, on: eventLoop, promise: promise)
                slot.value.exchange = exchange
                exchange.take(exchange.conversation.start())
            }
            do {
                // Each step that waits has a timer, so the promise is always kept.
                return try await promise.futureResult.get()
            } catch {
                return .failure(DNSFailure(.cancelled, detail: "\(error)"))
            }
        } onCancel: {
            eventLoop.execute {
                slot.value.isCancelled = true
                slot.value.exchange?.finish(.failure(DNSFailure(.cancelled)))
            }
        }
        return try outcome.get()
    }

    private var elapsed: Duration { start.duration(to: .now) }

    private func take(_ step: DNSStep<Conversation.Output>) {
        switch step {
        case .wait: return
        case .finish(let output): finish(.success(output))
        case .fail(let failure): finish(.failure(failure))
        case .send(let octets, let server, let transport, let patience):
            close()
            let number = socket
            timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(patience)) { [self] in
                guard number == socket else { return }
                take(conversation.timedOut(elapsed: elapsed))
            }
            do {
                open(try server.socketAddress, over: transport, octets)
            } catch {
                take(conversation.broke("\(error)", elapsed: elapsed))
            }
        }
    }

    private func open(_ address: SocketAddress, over transport: DNSCarrier, _ octets: [UInt8]) {
        let number = socket
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let initializer: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.eventLoop.makeCompletedFuture {
                let handlers = channel.pipeline.syncOperations
                switch transport {
                case .udp: try handlers.addHandler(DatagramContentHandler())
                case .tcp: try handlers.addHandler(ByteToMessageHandler(DNSFrameDecoder()))
                }
                try handlers.addHandler(DNSExchangeHandler(bound.value, socket: number))
            }
        }
        let opened: EventLoopFuture<any Channel> =
            switch transport {
            // A connected socket takes packets from this server only, and hears that a port is closed.
            case .udp:
                DatagramBootstrap(group: eventLoop)
                    .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
                    .channelInitializer(initializer).connect(to: address)
            case .tcp: ClientBootstrap(group: eventLoop).channelInitializer(initializer).connect(to: address)
            }
        opened.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .failure(let error): broke("\(error)", in: number)
            case .success(let channel):
                guard number == socket else { return channel.close(promise: nil) }
                self.channel = channel
                var buffer = channel.allocator.buffer(capacity: octets.count + 2)
                if transport == .tcp { buffer.writeInteger(UInt16(octets.count)) }
                buffer.writeBytes(octets)
                channel.writeAndFlush(buffer, promise: nil)
            }
        }
    }

    fileprivate func received(_ octets: [UInt8], in number: Int) {
        guard number == socket, !isFinished else { return }
        take(conversation.received(octets, elapsed: elapsed))
    }

    fileprivate func broke(_ detail: String, in number: Int) {
        guard number == socket, !isFinished else { return }
        take(conversation.broke(detail, elapsed: elapsed))
    }

    private func close() {
        socket += 1
        timer?.cancel()
        timer = nil
        channel?.close(promise: nil)
        channel = nil
    }

    private func finish(_ outcome: Outcome) {
        guard !isFinished else { return }
        isFinished = true
        close()
        promise.succeed(outcome)
    }
}

/// Takes datagrams out of their envelopes and puts them into some: the socket is connected to one server.
private final class DatagramContentHandler: ChannelDuplexHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(unwrapInboundIn(data).data))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let server = context.remoteAddress else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let envelope = AddressedEnvelope(remoteAddress: server, data: unwrapOutboundIn(data))
        context.write(wrapOutboundOut(envelope), promise: promise)
    }
}

/// Hands what comes over one socket to the exchange.
private final class DNSExchangeHandler<Conversation: DNSConversation>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let exchange: DNSExchange<Conversation>
    private let socket: Int

    init(_ exchange: DNSExchange<Conversation>, socket: Int) {
        self.exchange = exchange
        self.socket = socket
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        exchange.received(Array(unwrapInboundIn(data).readableBytesView), in: socket)
    }

    func channelInactive(context: ChannelHandlerContext) {
        exchange.broke("the server closed the connection", in: socket)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        exchange.broke("\(error)", in: socket)
    }
}
