/// What is to be sent in one mail transaction, without the message itself (RFC 5321, 3.3).
public struct SMTPTransaction: Sendable, Hashable {
    /// Where bounces go: the reverse path of MAIL.
    public var sender: SMTPEnvelopeAddress
    /// Who gets the mail; each has an outcome of its own.
    public var recipients: [SMTPEnvelopeAddress]
    /// The size of the message in octets, for SIZE (RFC 1870); nil if unknown.
    public var size: Int?
    /// Whether the message has octets above 127, so that the server must offer 8BITMIME (RFC 6152).
    public var isEightBit: Bool

    /// Makes a transaction.
    ///
    /// - Parameters:
    ///   - sender: The reverse path.
    ///   - recipients: The forward paths.
    ///   - size: Octets of the message, nil if unknown.
    ///   - isEightBit: Whether the message has octets above 127.
    public init(
        sender: SMTPEnvelopeAddress, recipients: [SMTPEnvelopeAddress], size: Int? = nil, isEightBit: Bool = false
    ) {
        self.sender = sender
        self.recipients = recipients
        self.size = size
        self.isEightBit = isEightBit
    }

    /// Whether an address of the envelope needs SMTPUTF8 (RFC 6531).
    public var needsSMTPUTF8: Bool { sender.needsSMTPUTF8 || recipients.contains { $0.needsSMTPUTF8 } }
}
