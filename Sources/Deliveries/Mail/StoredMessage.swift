public import Foundation
public import MailMessage

/// The name of a stored message.
public typealias StoredMessageID = Identifier<StoredMessage>

/// A message that was handed in whole, as rows of the outbox take it to its recipients. Its octets are kept apart, in
/// sealed chunks.
public struct StoredMessage: Equatable, Sendable {
    /// Where it comes from.
    public enum Origin: String, Sendable, CaseIterable {
        /// A client of the mail server handed it in.
        case submission
        /// A report of ours: on a message that was not delivered, or on TLS.
        case report
        /// An answer that came to a return path, passed on.
        case forward
    }

    /// What its sender asks of its way (RFC 8689).
    public enum Protection: String, Sendable, CaseIterable {
        /// Nothing in particular.
        case none
        /// Only over authenticated TLS (REQUIRETLS).
        case required
        /// Rather in the clear than not at all (`TLS-Required: No`).
        case optional
    }

    /// Its name.
    public let id: StoredMessageID
    /// Where it comes from.
    public let origin: Origin
    /// Who handed it in, as the administration names it; empty for our own.
    public let submitter: String
    /// Its envelope sender, to whom reports go; `nil` for the null path.
    public let envelopeFrom: EmailAddress?
    /// The sender's own name of the transaction (ENVID; RFC 3461, 4.4), or empty.
    public let envelopeID: String
    /// Whether reports return all of it (`RET=FULL`), not only the header.
    public let returnsAll: Bool
    /// What its sender asks of its way.
    public let protection: Protection
    /// The address in From: its domain signs.
    public let from: EmailAddress
    /// The Message-ID without angle brackets.
    public let messageID: String
    /// How many octets it has.
    public let size: Int64
    /// In how many chunks.
    public let chunks: Int
    /// Whether it has octets above 127 (8BITMIME).
    public let isEightBit: Bool
    /// Whether its header has characters outside ASCII (SMTPUTF8).
    public let needsSMTPUTF8: Bool
    /// When it was complete.
    public let receivedAt: Date

    /// A message with all its parts.
    public init(
        id: StoredMessageID, origin: Origin, submitter: String = "", envelopeFrom: EmailAddress?,
        envelopeID: String = "", returnsAll: Bool = false, protection: Protection = .none, from: EmailAddress,
        messageID: String, size: Int64, chunks: Int, isEightBit: Bool = false, needsSMTPUTF8: Bool = false,
        receivedAt: Date
    ) {
        self.id = id
        self.origin = origin
        self.submitter = submitter
        self.envelopeFrom = envelopeFrom
        self.envelopeID = envelopeID
        self.returnsAll = returnsAll
        self.protection = protection
        self.from = from
        self.messageID = messageID
        self.size = size
        self.chunks = chunks
        self.isEightBit = isEightBit
        self.needsSMTPUTF8 = needsSMTPUTF8
        self.receivedAt = receivedAt
    }
}
