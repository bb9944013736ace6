import Foundation

/// A message that is being handed in: takes its octets piece by piece, and makes it and its rows of the outbox one
/// commit at the end. Used by one task at a time.
public struct MessageWriter: Sendable {
    /// The name that the message will have.
    public let id: StoredMessageID
    /// How many octets came.
    public private(set) var size: Int64 = 0
    private var isEightBit = false
    private let spool: MessageSpool
    private let begunAt: Date
    private var pending = Data()
    private var written = 0

    init(spool: MessageSpool) {
        self.spool = spool
        begunAt = spool.now()
        id = StoredMessageID(now: begunAt, random: spool.random)
    }

    /// Takes further octets, with CR LF at the ends of lines.
    ///
    /// - Throws: what the database throws; the message cannot be completed then.
    public mutating func append(_ octets: [UInt8]) async throws {
        pending.append(contentsOf: octets)
        size += Int64(octets.count)
        if !isEightBit { isEightBit = !octets.allSatisfy { $0 < 128 } }
        while pending.count > MessageSpool.chunkSize {
            let chunk = Data(pending.prefix(MessageSpool.chunkSize))
            pending = Data(pending.dropFirst(MessageSpool.chunkSize))
            let sealed = try spool.seal(chunk, number: written, of: id)
            let (number, name, start) = (written, id, begunAt)
            try await spool.database.write {
                try $0.messages.insertChunk(number, of: name, sealed: sealed, at: start)
            }
            written += 1
        }
    }

    /// Puts the message into the outbox, in one durable commit: it may be acknowledged when this returns.
    ///
    /// - Parameters:
    ///   - envelope: whose it is and whom it goes to.
    ///   - also: more that belongs to the same commit.
    /// - Throws: what the database throws; then nothing of the message counts.
    public func complete(
        _ envelope: MessageSpool.Envelope, also: @escaping @Sendable (any Transaction) throws -> Void = { _ in }
    ) async throws -> StoredMessage {
        let now = spool.now()
        let message = envelope.message(
            id, size: size, chunks: written + 1, isEightBit: isEightBit, receivedAt: now)
        let sealed = try spool.seal(pending, number: written, of: id)
        let entries = spool.entries(of: message, to: envelope.recipients, at: now)
        let (number, name, start) = (written, id, begunAt)
        try await spool.database.write { transaction in
            try transaction.messages.insertChunk(number, of: name, sealed: sealed, at: start)
            try transaction.messages.insert(message)
            try transaction.outbox.insert(entries)
            try also(transaction)
        }
        return message
    }

    /// Throws away what was stored of a message that is not to be completed.
    public func discard() async throws {
        guard written > 0 else { return }
        let name = id
        try await spool.database.write { try $0.messages.removeChunks(of: name) }
    }
}
