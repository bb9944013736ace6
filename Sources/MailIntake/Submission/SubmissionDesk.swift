public import Deliveries
import Foundation
import Logging
public import SMTP

/// Takes mail of programs that hand it in here, each in the name of its own sender domains only.
public struct SubmissionDesk: MailIntakeDesk {
    /// Who may use a listener.
    public enum Access: Sendable {
        /// Whoever signs in.
        case credentials
        /// Whoever connects from one of these networks, without a sign-in.
        case networks([AddressBlock])
    }

    /// What the sessions offer.
    public let configuration: SMTPServerSession.Configuration
    let access: Access
    let submissions: Submissions
    let signIn: SubmissionSignIn
    let logger: Logger

    /// - Parameters:
    ///   - access: who may use the listener.
    ///   - hostName: the server's name.
    ///   - limits: what holds where no credential says otherwise.
    ///   - parts: what the use cases work with.
    public init(access: Access, hostName: SMTPHelloName, limits: SubmissionLimits, parts: AccountParts) {
        self.access = access
        var offer = SMTPServerOffer()
        offer.size = limits.messageSize
        offer.pipelining = true
        offer.eightBitMIME = true
        offer.dsn = true
        offer.enhancedStatusCodes = true
        offer.requireTLS = true
        var isOpen = false
        if case .networks = access { isOpen = true }
        if !isOpen {
            offer.startTLS = true
            offer.authentication = [.plain, .login]
        }
        var bounds = SMTPServerSession.Limits()
        bounds.recipients = 10_000
        if isOpen { bounds.mails = 1_000_000 }
        configuration = SMTPServerSession.Configuration(
            hostName: hostName, offer: offer, requiresTLS: !isOpen, requiresAuthentication: !isOpen, limits: bounds)
        submissions = Submissions(parts)
        signIn = SubmissionSignIn(parts)
        logger = parts.log
    }

    /// Somebody has connected.
    public func conversation(with client: MailIntakeClient) -> any MailIntakeConversation {
        SubmissionConversation(self, client)
    }
}
