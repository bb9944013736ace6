public import Foundation
public import MailMessage
public import Secrets

/// Where messages that were handed in whole are kept until they have left: in sealed chunks in the database, so that a
/// message and its rows of the outbox are one commit, and no message needs to be in memory as a whole.
public struct MessageSpool: Sendable {
    /// The size of a chunk before it is sealed, octets.
    public static let chunkSize = 256 << 10

    let database: any Database
    let keys: KeyRing
    /// Where names come from.
    public let random: any RandomSource
    let now: @Sendable () -> Date

    /// A spool.
    ///
    /// - Parameters:
    ///   - database: where messages are kept.
    ///   - keys: what seals them.
    ///   - random: where names come from.
    ///   - now: the clock.
    public init(
        database: any Database, keys: KeyRing, random: any RandomSource, now: @escaping @Sendable () -> Date
    ) {
        self.database = database
        self.keys = keys
        self.random = random
        self.now = now
    }

    /// Begins a message; nothing is stored before its first chunk is full.
    public func begin() -> MessageWriter { MessageWriter(spool: self) }

    /// Puts a whole small message of ours into the outbox, within a transaction.
    ///
    /// - Throws: ``DeliveriesError`` `.trouble` if it is longer than a chunk; what the transaction throws.
    public func put(
        _ octets: [UInt8], envelope: Envelope, in transaction: any Transaction, at now: Date
    ) throws {
        guard octets.count <= Self.chunkSize else { throw DeliveriesError(.trouble, detail: "a report is too long") }
        let id = StoredMessageID(now: now, random: random)
        let message = envelope.message(
            id, size: Int64(octets.count), chunks: 1, isEightBit: octets.contains { $0 > 127 }, receivedAt: now)
        try transaction.messages.insertChunk(0, of: id, sealed: seal(Data(octets), number: 0, of: id), at: now)
        try transaction.messages.insert(message)
        try transaction.outbox.insert(entries(of: message, to: envelope.recipients, at: now))
    }

    func entries(of message: StoredMessage, to recipients: [Envelope.Recipient], at now: Date) -> [OutboxEntry] {
        recipients.map { recipient in
            OutboxEntry(
                id: OutboxEntryID(now: now, random: random), content: .message(message.id), to: recipient.address,
                notification: recipient.notification, messageID: message.messageID, createdAt: now,
                nextAttemptAt: now)
        }
    }

    /// The beginning of a message within a transaction: its header, and more. Empty if it is not there any more.
    func beginning(of message: StoredMessageID, in transaction: any Transaction) throws -> [UInt8] {
        guard let sealed = try transaction.messages.chunk(0, of: message) else { return [] }
        return Array(try keys.open(sealed, purpose: .outbox, context: Self.place(message, 0)))
    }

    /// Reads a piece of a message.
    ///
    /// - Parameters:
    ///   - number: the chunk, from 0.
    ///   - message: the message.
    /// - Throws: ``DeliveriesError`` `.trouble` if it is not there any more; what the key ring and the database throw.
    public func chunk(_ number: Int, of message: StoredMessageID) async throws -> Data {
        let sealed = try await database.read { try $0.messages.chunk(number, of: message) }
        guard let sealed else { throw DeliveriesError(.trouble, detail: "a stored message is not there any more") }
        return try open(sealed, number: number, of: message)
    }

    /// Opens a piece of a message as it is stored.
    ///
    /// - Throws: what the key ring throws.
    package func open(_ sealed: Data, number: Int, of message: StoredMessageID) throws -> Data {
        try keys.open(sealed, purpose: .outbox, context: Self.place(message, number))
    }

    func seal(_ octets: Data, number: Int, of message: StoredMessageID) throws -> Data {
        try keys.seal(octets, purpose: .outbox, context: Self.place(message, number))
    }

    private static func place(_ message: StoredMessageID, _ number: Int) -> SealContext {
        SealContext(table: "message_chunk", row: "\(message).\(number)", column: "sealed")
    }
}

extension MessageSpool {
    /// What is known of a message when it is complete.
    public struct Envelope: Sendable {
        /// One who gets it.
        public struct Recipient: Sendable {
            /// The address.
            public var address: EmailAddress
            /// What its sender wants to be told about it.
            public var notification: DeliveryNotificationRequest

            /// A recipient.
            public init(_ address: EmailAddress, notification: DeliveryNotificationRequest = .init()) {
                self.address = address
                self.notification = notification
            }
        }

        /// Where the message comes from.
        public var origin: StoredMessage.Origin
        /// Who handed it in, as the administration names it; empty for our own.
        public var submitter: String
        /// The envelope sender; `nil` for the null path.
        public var sender: EmailAddress?
        /// Who gets it.
        public var recipients: [Recipient]
        /// The address in From.
        public var from: EmailAddress
        /// The Message-ID without angle brackets.
        public var messageID: String
        /// The sender's own name of the transaction, or empty.
        public var envelopeID: String
        /// Whether reports return all of the message.
        public var returnsAll: Bool
        /// What the sender asks of its way.
        public var protection: StoredMessage.Protection
        /// Whether the header has characters outside ASCII.
        public var needsSMTPUTF8: Bool

        /// An envelope with all its parts.
        public init(
            origin: StoredMessage.Origin, submitter: String = "", sender: EmailAddress?, recipients: [Recipient],
            from: EmailAddress, messageID: String, envelopeID: String = "", returnsAll: Bool = false,
            protection: StoredMessage.Protection = .none, needsSMTPUTF8: Bool = false
        ) {
            self.origin = origin
            self.submitter = submitter
            self.sender = sender
            self.recipients = recipients
            self.from = from
            self.messageID = messageID
            self.envelopeID = envelopeID
            self.returnsAll = returnsAll
            self.protection = protection
            self.needsSMTPUTF8 = needsSMTPUTF8
        }

        /// The message that came in it.
        func message(
            _ id: StoredMessageID, size: Int64, chunks: Int, isEightBit: Bool, receivedAt: Date
        ) -> StoredMessage {
            StoredMessage(
                id: id, origin: origin, submitter: submitter, envelopeFrom: sender, envelopeID: envelopeID,
                returnsAll: returnsAll, protection: protection, from: from, messageID: messageID, size: size,
                chunks: chunks, isEightBit: isEightBit, needsSMTPUTF8: needsSMTPUTF8, receivedAt: receivedAt)
        }
    }
}
