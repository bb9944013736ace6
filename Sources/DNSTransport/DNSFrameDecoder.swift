import NIOCore

/// Cuts what comes over TCP into messages, each behind two octets with its length (RFC 1035, 4.2.2).
struct DNSFrameDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    mutating func decode(buffer: inout ByteBuffer) -> ByteBuffer? {
        buffer.readLengthPrefixedSlice(as: UInt16.self)
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) -> ByteBuffer? {
        decode(buffer: &buffer)
    }
}
