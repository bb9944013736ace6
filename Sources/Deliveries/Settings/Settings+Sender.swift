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
        return SenderDecision.decide(
            author: author, systemSender: systemSender, systemReplyTo: replyTo, domains: domainStandings,
            names: senderNames, isReleased: isReleased)
    }

    /// How the names in From are put together.
    public var senderNames: SenderNames {
        SenderNames(
            own: (try? SenderNamePattern(text(.organisationSenderName), for: .own)) ?? .plainName,
            fallback: (try? SenderNamePattern(text(.organisationFallbackName), for: .fallback))
                ?? standardFallbackName,
            organisation: organisationName)
    }

    /// The name where the system sender stands in until another is set: the product's words, in the organisation's
    /// language.
    public var standardFallbackName: SenderNamePattern {
        let text = Localizer(language)
        return .standardFallback(text("mail.via"))
    }

    /// All that the sender decision knows of domains.
    public var domainStandings: DomainStandings {
        let setup = domainSetup
        return DomainStandings(
            homeDomains: setup.homeDomains, listed: senderDomains, returnPath: setup.returnPath,
            returnPathDomain: setup.returnPathDomain)
    }
}
