public import MailMessage

/// All that the sender decision knows of domains: a snapshot, so that it can decide at once and for many mails.
public struct DomainStandings: Sendable, Hashable {
    /// The domains whose own mail server the SMTP interface is, by declaration.
    public var homeDomains: Set<MailDomain>
    /// The sender domains and how they stand.
    public var listed: [MailDomain: DomainStanding]
    /// Which envelope sender mail has, where the domain allows it.
    public var returnPath: ReturnPathMode
    /// Where keyed return paths live in the mode `own`; `nil`: there are none.
    public var returnPathDomain: MailDomain?

    /// A snapshot.
    public init(
        homeDomains: Set<MailDomain> = [], listed: [MailDomain: DomainStanding] = [:],
        returnPath: ReturnPathMode = .account, returnPathDomain: MailDomain? = nil
    ) {
        self.homeDomains = homeDomains
        self.listed = listed
        self.returnPath = returnPath
        self.returnPathDomain = returnPathDomain
    }
}
