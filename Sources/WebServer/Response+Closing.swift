public import Hummingbird
public import NIOCore

extension Response {
    /// The answer as the last one on its connection, whose request body nobody wants to the end.
    ///
    /// - Parameter channel: the connection.
    public func closing(_ channel: (any Channel)?) -> Response {
        guard let channel else { return self }
        var response = self
        let body = body
        response.headers[.connection] = "close"
        // Hummingbird itself reads what is left of a request before it waits for the next one.
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            channel.eventLoop.execute {
                try? channel.pipeline.syncOperations.addHandler(LingeringClose(), position: .first)
            }
        }
        return response
    }
}

/// Closes a connection behind the last answer on it: when nothing more comes, after half a minute, or after a gibibyte.
///
/// Until then what comes is read in vain: a connection that is closed with octets unread is reset, and a client that is
/// still sending would lose the answer (RFC 9112, 9.6).
final class LingeringClose: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// How long nothing may come.
    static let silence: TimeAmount = .seconds(3)
    /// How often it is looked whether something came.
    static let mostRounds = 10
    /// How much is read, octets.
    static let mostOctets = 1 << 30

    private var context: ChannelHandlerContext?
    private var rounds = 0
    private var octets = 0
    private var isSilent = true
    private var timer: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wait()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isSilent = false
        octets += unwrapInboundIn(data).readableBytes
        guard octets <= Self.mostOctets else {
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }

    private func wait() {
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: Self.silence) { self.look() }
    }

    private func look() {
        rounds += 1
        guard !isSilent, rounds < Self.mostRounds else {
            context?.close(promise: nil)
            return
        }
        isSilent = true
        wait()
    }
}
