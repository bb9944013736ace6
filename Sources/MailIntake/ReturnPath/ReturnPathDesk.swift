public import Deliveries
import Foundation
import Logging
public import SMTP

/// Takes mail to our own addresses from the whole world, and nothing else: it never relays (RFC 5321, 3.6.1).
public struct ReturnPathDesk: MailIntakeDesk {
    /// What the sessions offer.
    public let configuration: SMTPServerSession.Configuration
    let taker: any ReturnedMailTaker
    let guardian: UnknownRecipientGuard
    let now: @Sendable () -> Date
    let logger: Logger

    /// - Parameters:
    ///   - hostName: the server's name.
    ///   - offersTLS: whether there is a certificate for STARTTLS.
    ///   - taker: where mail goes.
    ///   - parts: what the use cases work with.
    public init(hostName: SMTPHelloName, offersTLS: Bool, taker: any ReturnedMailTaker, parts: AccountParts) {
        self.taker = taker
        guardian = UnknownRecipientGuard(parts)
        now = parts.now
        logger = parts.log
        var offer = SMTPServerOffer()
        offer.size = taker.mostOctets
        offer.pipelining = true
        offer.eightBitMIME = true
        offer.enhancedStatusCodes = true
        offer.startTLS = offersTLS
        var bounds = SMTPServerSession.Limits()
        // RFC 5321, 4.5.3.1.8 asks for 100; a report has one.
        bounds.recipients = 100
        bounds.discarded = taker.mostOctets
        configuration = SMTPServerSession.Configuration(hostName: hostName, offer: offer, limits: bounds)
    }

    /// Somebody has connected.
    public func conversation(with client: MailIntakeClient) -> any MailIntakeConversation {
        ReturnPathConversation(self, client)
    }
}
