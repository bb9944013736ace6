import Localization
public import MailMessage
public import SenderDomains

extension Settings {
    /// Which sender recipients see of a mail, and why: the one decision for the line above the send button, for each
    /// attempt, and for what the local mailbox shows.
    ///
    /// - Parameter author: in whose name the mail is written; `nil` for a system notification.
    /// - Returns: the decision; `nil` while mail goes to the SMTP interface and no system sender is set.
    public func senderDecision(author: Mailbox?) -> SenderDecision? {
        guard let systemSender = route == .local ? systemSenderOrStandIn : systemSender else { return nil }
        let text = Localizer(language)
        return SenderDecision.decide(
            author: author, systemSender: systemSender, systemReplyTo: replyTo, homeDomains: homeDomains,
            via: text("mail.via"))
    }
}
