import NIOCore

/// Carries out a session on a connection: writes what it says, gives it what comes, watches the clock.
final class ClamdHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: ClamdSession
    private let timeout: TimeAmount
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var waiter: EventLoopPromise<ClamdReply>?

    init(_ command: ClamdSession.Command, timeout: TimeAmount) {
        session = ClamdSession(command)
        self.timeout = timeout
    }

    /// Whether the answer is there: nothing more need be sent.
    var isAnswered: Bool { session.result != nil }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        session.close()
        settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.close()
        settle()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        session.receive(unwrapInboundIn(data).readableBytesView)
        settle()
    }

    // What is broken also closes the channel, behind what was received before.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Sends what begins the session.
    func begin() { write([session.opening], nil, nil) }

    /// Sends a chunk; the promise is kept when it was written out, or will not be.
    func send(_ chunk: ByteBuffer, _ promise: EventLoopPromise<Void>) {
        write([ClamdSession.header(ofChunk: chunk.readableBytes)], chunk, promise)
    }

    /// Sends what ends a stream.
    func end() { write([session.end()], nil, nil) }

    /// The answer, when it is there.
    func reply(on loop: any EventLoop) -> EventLoopFuture<ClamdReply> {
        let promise = loop.makePromise(of: ClamdReply.self)
        waiter = promise
        settle()
        return promise.futureResult
    }

    private func write(_ octets: [[UInt8]], _ chunk: ByteBuffer?, _ promise: EventLoopPromise<Void>?) {
        guard let context, session.result == nil else {
            promise?.succeed()
            return
        }
        rewind(context)
        for part in octets {
            context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: part)), promise: nil)
        }
        if let chunk { context.write(wrapOutboundOut(chunk), promise: promise) }
        context.flush()
    }

    private func rewind(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.session.timeOut()
            self.settle()
        }
    }

    private func settle() {
        guard let result = session.result else { return }
        timer?.cancel()
        timer = nil
        let promise = waiter
        waiter = nil
        promise?.completeWith(result.mapError { $0 as any Error })
        // What still waits to be written is of no use; its promises fail with this.
        context?.close(promise: nil)
    }
}
