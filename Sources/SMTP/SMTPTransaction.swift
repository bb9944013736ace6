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

    /// Whether the server must promise to pass the mail on over authenticated TLS only (REQUIRETLS; RFC 8689, 4.2.1).
    public var requiresTLS = false
    /// What reports are asked for; said only to servers that offer DSN (RFC 3461).
    public var notification: SMTPNotificationRequest?

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

    /// Whether the header of the message has characters outside ASCII (RFC 6532).
    public var hasInternationalHeader = false

    /// Whether the mail needs SMTPUTF8, for its header or an address of the envelope (RFC 6531).
    public var needsSMTPUTF8: Bool {
        hasInternationalHeader || sender.needsSMTPUTF8 || recipients.contains { $0.needsSMTPUTF8 }
    }
}
