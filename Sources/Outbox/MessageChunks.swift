import Deliveries
import NIOCore

/// The octets of a stored message, chunk by chunk, with fields in front.
struct MessageChunks: AsyncSequence, Sendable {
    private let message: StoredMessage
    private let fields: [UInt8]
    private let spool: MessageSpool

    init(of message: StoredMessage, behind fields: [UInt8], in spool: MessageSpool) {
        self.message = message
        self.fields = fields
        self.spool = spool
    }

    func makeAsyncIterator() -> Iterator { Iterator(chunks: self) }

    struct Iterator: AsyncIteratorProtocol {
        let chunks: MessageChunks
        private var next: Int

        init(chunks: MessageChunks) {
            self.chunks = chunks
            next = chunks.fields.isEmpty ? 0 : -1
        }

        mutating func next() async throws -> ByteBuffer? {
            guard next < chunks.message.chunks else { return nil }
            defer { next += 1 }
            guard next >= 0 else { return ByteBuffer(bytes: chunks.fields) }
            return ByteBuffer(bytes: try await chunks.spool.chunk(next, of: chunks.message.id))
        }
    }
}
