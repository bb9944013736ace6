public import Deliveries
public import SMTP
public import SMTPTransport

/// A message as it leaves at one attempt: composed, signed, with its envelope.
public struct OutboundMessage: Sendable {
    /// Sender, recipient, and what servers are told about the message.
    public let transaction: SMTPTransaction
    /// The octets; they can be read again for the next host.
    public let content: SMTPContent
    /// What its sender asks of its way.
    public let protection: StoredMessage.Protection
}
