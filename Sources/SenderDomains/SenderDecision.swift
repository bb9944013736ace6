public import MailMessage

/// Which sender a recipient sees, and why: decided per mail, shown before sending, and again at each attempt.
///
/// The first form: an account's own address is used if the SMTP interface is the home of its domain; else the mail
/// comes from the system sender, says through whom, and answers go to the account.
public struct SenderDecision: Equatable, Sendable {
    /// Why the sender is what it is; the raw value is a stable code.
    public enum Reason: String, Sendable, CaseIterable {
        /// Nobody's mail but the system's.
        case systemMail = "system-mail"
        /// The address's domain has its home at the SMTP interface.
        case homeDomain = "home-domain"
        /// The account's address is the system sender's.
        case sameAsSystemSender = "same-as-system-sender"
        /// The domain is not known to have its home here; its policy would stop mail in its name.
        case foreignDomain = "foreign-domain"
    }

    /// What stands in From.
    public let from: Mailbox
    /// What stands in Reply-To; `nil` if answers go to From anyway.
    public let replyTo: Mailbox?
    /// Where reports about the mail go: with the return path `account`, the address in From.
    public let envelopeFrom: ReversePath
    /// Why.
    public let reason: Reason

    /// Decides the sender of a mail.
    ///
    /// - Parameters:
    ///   - author: in whose name it was written; `nil` for a system notification.
    ///   - systemSender: the address that system notifications come from.
    ///   - systemReplyTo: where answers to system notifications go, if elsewhere.
    ///   - homeDomains: the domains that the SMTP interface is the home of, in any spelling.
    ///   - via: the words that stand behind the author's name if the system sender must step in, such as
    ///     `über Depesche`.
    /// - Returns: the decision.
    public static func decide(
        author: Mailbox?, systemSender: Mailbox, systemReplyTo: Mailbox? = nil, homeDomains: [String], via: String
    ) -> SenderDecision {
        guard let author else {
            let replyTo = systemReplyTo?.address == systemSender.address ? nil : systemReplyTo
            return SenderDecision(from: systemSender, replyTo: replyTo, reason: .systemMail)
        }
        if author.address.comparisonKey == systemSender.address.comparisonKey {
            return SenderDecision(from: author, replyTo: nil, reason: .sameAsSystemSender)
        }
        // Only the very domain counts: a subdomain may have another mail server.
        let isHome = homeDomains.contains { (try? MailDomain(parsing: $0)) == author.address.domain }
        if isHome { return SenderDecision(from: author, replyTo: nil, reason: .homeDomain) }
        // An address within a display name looks like a forgery to many filters.
        let name = [author.name ?? author.address.localPart, via].filter { !$0.isEmpty }.joined(separator: " ")
        return SenderDecision(
            from: Mailbox(name: name, address: systemSender.address), replyTo: author, reason: .foreignDomain)
    }

    private init(from: Mailbox, replyTo: Mailbox?, reason: Reason) {
        self.from = from
        self.replyTo = replyTo
        envelopeFrom = .address(from.address)
        self.reason = reason
    }
}
