import IMAP
import NIOCore

/// Cuts the stream of a server into responses. A class, so that its handler can ask whether a response has begun.
final class IMAPResponseDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = IMAPResponse

    private var parser: IMAPResponseParser

    init(limits: IMAPResponseParser.Limits) { parser = IMAPResponseParser(limits: limits) }

    var isInsideResponse: Bool { parser.isInsideResponse }

    /// - Throws: ``IMAPResponseParser/Violation``
    func decode(buffer: inout ByteBuffer) throws -> IMAPResponse? {
        let (consumed, outcome) = parser.consume(buffer.readableBytesView)
        buffer.moveReaderIndex(forwardBy: consumed)
        switch outcome {
        case .response(let response): return response
        case .incomplete: return nil
        case .violation(let violation): throw violation
        }
    }

    func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> IMAPResponse? { try decode(buffer: &buffer) }
}
