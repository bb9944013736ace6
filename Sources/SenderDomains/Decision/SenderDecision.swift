public import MailMessage

/// Which sender a recipient sees, and why: decided per mail, shown before sending, and again at each attempt.
///
/// An account's own address is used where receivers accept mail in its name from here: its domain is verified, or the
/// SMTP interface is declared to be that domain's own mail server. Otherwise the domain's policy decides: the system
/// sender steps in and says through whom, the mail waits, or it is refused.
public struct SenderDecision: Equatable, Sendable, Codable {
    /// What happens to the mail.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// It leaves with the address of its author, or with the system's where it is the system's own.
        case own
        /// It leaves with the address of the system sender; answers go to the author.
        case fallback
        /// It waits until the domain works, or somebody releases it.
        case hold
        /// It is not sent.
        case reject
    }

    /// Why the sender is what it is; the raw value is a stable code.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody's mail but the system's.
        case systemMail = "system-mail"
        /// The account's address is the system sender's.
        case sameAsSystemSender = "same-as-system-sender"
        /// The address's domain has its home at the SMTP interface.
        case homeDomain = "home-domain"
        /// A DKIM signature in the domain's name is made and found right.
        case dkimAligned = "dkim-aligned"
        /// The domain's SPF record lets our mail server send, and the return path aligns.
        case spfAligned = "spf-aligned"
        /// The domain is not known here; its policy would stop mail in its name.
        case foreignDomain = "foreign-domain"
        /// The domain is being set up and never worked yet.
        case pendingDomain = "pending-domain"
        /// The domain worked before and no longer does.
        case degradedDomain = "degraded-domain"
    }

    /// What happens to the mail.
    public let outcome: Outcome
    /// What stands in From; for a mail that waits, what will stand there.
    public let from: Mailbox
    /// What stands in Reply-To; `nil` if answers go to From anyway.
    public let replyTo: Mailbox?
    /// Where reports about the mail go if they go to a mailbox: the address in From. Where ``keyedReturnPathDomain`` is
    /// set, a keyed address there takes its place.
    public let envelopeFrom: ReversePath
    /// The domain at which the mail gets a keyed return path of its own; `nil`: ``envelopeFrom`` is used.
    public let keyedReturnPathDomain: MailDomain?
    /// Why.
    public let reason: Reason

    /// The domain in whose name the mail is signed: always that of From, so that the signature aligns
    /// (RFC 9989, 4.4.1).
    public var signingDomain: MailDomain { from.address.domain }

    /// A stable code of what happens and why, for the catalogue: the reason, with `hold-` or `reject-` in front where
    /// the mail does not leave.
    public var code: String {
        switch outcome {
        case .own, .fallback: reason.rawValue
        case .hold, .reject: "\(outcome.rawValue)-\(reason.rawValue)"
        }
    }

    /// Decides the sender of a mail.
    ///
    /// - Parameters:
    ///   - author: in whose name it was written; `nil` for a system notification.
    ///   - systemSender: the address that system notifications come from.
    ///   - systemReplyTo: where answers to system notifications go, if elsewhere.
    ///   - domains: what is known of domains.
    ///   - names: how the names in From are put together.
    ///   - isReleased: whether an administrator released this very mail from waiting: then the system sender steps in
    ///     where it would wait.
    /// - Returns: the decision.
    public static func decide(
        author: Mailbox?, systemSender: Mailbox, systemReplyTo: Mailbox? = nil, domains: DomainStandings,
        names: SenderNames, isReleased: Bool = false
    ) -> SenderDecision {
        func own(_ mailbox: Mailbox, _ reason: Reason, replyTo: Mailbox? = nil) -> SenderDecision {
            SenderDecision(.own, from: mailbox, replyTo: replyTo, reason, domains)
        }
        guard let author else {
            let replyTo = systemReplyTo?.address == systemSender.address ? nil : systemReplyTo
            return own(systemSender, .systemMail, replyTo: replyTo)
        }
        let named = names.own(author)
        if author.address.comparisonKey == systemSender.address.comparisonKey {
            return own(named, .sameAsSystemSender)
        }
        // Only the very domain counts: a subdomain may have another mail server, and its own records.
        let domain = author.address.domain
        if domains.homeDomains.contains(domain) { return own(named, .homeDomain) }
        let standing = domains.listed[domain]
        if let standing, standing.isUsable {
            return own(named, standing.alignedBy.contains(.dkim) ? .dkimAligned : .spfAligned)
        }
        let reason: Reason =
            switch standing?.state {
            case nil: .foreignDomain
            case .pending: .pendingDomain
            case .verified, .warning, .degraded: .degradedDomain
            }
        switch standing?.policy ?? .fallback {
        case .hold where !isReleased: return SenderDecision(.hold, from: named, replyTo: nil, reason, domains)
        case .reject: return SenderDecision(.reject, from: named, replyTo: nil, reason, domains)
        case .fallback, .hold: break
        }
        return SenderDecision(
            .fallback, from: names.fallback(author, by: systemSender), replyTo: author, reason, domains)
    }

    /// Decides the sender of a mail where no sender domains are known, only those that the SMTP interface is the home
    /// of, in any spelling.
    public static func decide(
        author: Mailbox?, systemSender: Mailbox, systemReplyTo: Mailbox? = nil, homeDomains: [String],
        names: SenderNames
    ) -> SenderDecision {
        decide(
            author: author, systemSender: systemSender, systemReplyTo: systemReplyTo,
            domains: DomainStandings(homeDomains: Set(homeDomains.compactMap { try? MailDomain(parsing: $0) })),
            names: names)
    }

    private init(
        _ outcome: Outcome, from: Mailbox, replyTo: Mailbox?, _ reason: Reason, _ domains: DomainStandings
    ) {
        self.outcome = outcome
        self.from = from
        self.replyTo = replyTo
        self.reason = reason
        envelopeFrom = .address(from.address)
        keyedReturnPathDomain = Self.keyedDomain(from.address.domain, domains)
    }

    /// Where keyed return paths live: at the sender's own domain only if reports really arrive there.
    private static func keyedDomain(_ domain: MailDomain, _ domains: DomainStandings) -> MailDomain? {
        switch domains.returnPath {
        case .account: return nil
        case .own: return domains.returnPathDomain
        case .subdomain:
            guard domains.listed[domain]?.bouncesReady == true else { return domains.returnPathDomain }
            return try? MailDomain(parsing: "\(ReturnPathMode.bounceLabel).\(domain.ascii)")
        }
    }
}
