import NIOCore
import SMTP

/// Cuts the stream of a server into replies. A class, so that its handler can ask whether a reply has begun.
final class SMTPReplyDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = SMTPReply

    private var parser = SMTPReplyParser()

    var isInsideReply: Bool { parser.isInsideReply }

    /// - Throws: ``SMTPReplyParser/Violation``
    func decode(buffer: inout ByteBuffer) throws -> SMTPReply? {
        let (consumed, outcome) = parser.consume(buffer.readableBytesView)
        buffer.moveReaderIndex(forwardBy: consumed)
        switch outcome {
        case .reply(let reply): return reply
        case .incomplete: return nil
        case .violation(let violation): throw violation
        }
    }

    func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> SMTPReply? {
        try decode(buffer: &buffer)
    }
}
