import NIOCore
import SMTP

/// Says that there are too many connections, and closes.
final class MailIntakeRefusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        // RFC 5321, 3.1 and 3.8: 421 in the place of the greeting; RFC 3463, 3.5: X.4.5
        let reply = SMTPReply(code: 421, lines: ["4.4.5 Too many connections, come back later"])
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.wire)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
