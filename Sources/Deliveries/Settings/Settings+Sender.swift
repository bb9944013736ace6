import Localization
public import MailMessage
public import SenderDomains

extension Settings {
    /// Which sender recipients see of a mail, and why: the one decision for the line above the send button, for each
    /// attempt, and for what the local mailbox shows.
    ///
    /// - Parameters:
    ///   - author: in whose name the mail is written; `nil` for a system notification.
    ///   - isReleased: whether an administrator released this very mail from waiting.
    /// - Returns: the decision; `nil` while mail goes to the SMTP interface and no system sender is set.
    public func senderDecision(author: Mailbox?, isReleased: Bool = false) -> SenderDecision? {
        guard let systemSender = route == .local ? systemSenderOrStandIn : systemSender else { return nil }
        let text = Localizer(language)
        return SenderDecision.decide(
            author: author, systemSender: systemSender, systemReplyTo: replyTo, domains: domainStandings,
            via: text("mail.via"), isReleased: isReleased)
    }

    /// All that the sender decision knows of domains.
    public var domainStandings: DomainStandings {
        let setup = domainSetup
        return DomainStandings(
            homeDomains: setup.homeDomains, listed: senderDomains, returnPath: setup.returnPath,
            returnPathDomain: setup.returnPathDomain)
    }
}
