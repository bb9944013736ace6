public import DNS
public import MailMessage

/// What of this installation matters for a sender domain: how its mail leaves and who signs it. It decides which
/// records count.
public struct DomainSetup: Sendable, Hashable {
    /// How mail leaves.
    public enum Route: String, Sendable, Hashable, Codable, CaseIterable {
        /// It stays in the local mailbox.
        case local
        /// The SMTP interface takes it.
        case smtp
        /// The built-in mail server delivers it.
        case direct
    }

    /// How mail leaves.
    public var route: Route
    /// Which envelope sender it has.
    public var returnPath: ReturnPathMode
    /// Where keyed return paths live in the mode `own`; `nil` while none is set.
    public var returnPathDomain: MailDomain?
    /// The host that takes reports: what MX of `bounce.<sender domain>` names; `nil` while none is set.
    public var bounceHost: DNSName?
    /// What stands behind `include:` in SPF records, exactly as it was set: a provider's name, with its underscore and
    /// macros if it has any, or our own `_spf` name.
    public var spfInclude: String?
    /// The addresses from which our own mail server sends: the content of our own `_spf` record. Empty where a
    /// provider's server sends.
    public var ownAddresses: [IPAddress]
    /// With which kinds of keys mail is signed here.
    public var signing: SigningMode
    /// The domains whose own mail server the SMTP interface is, by declaration.
    public var homeDomains: Set<MailDomain>
    /// The selectors under which the operator of the SMTP interface signs; their private keys are not here.
    public var toldSelectors: [String]
    /// How new selectors are called.
    public var selectors: SelectorTemplate
    /// The operator's zone that aliases (CNAME) lead to; `nil`: keys are published as text.
    public var operatorZone: DNSName?
    /// The TTL that records are shown with, in seconds.
    public var ttl: UInt32

    /// A setup; what is left out is as in a new installation.
    public init(
        route: Route = .smtp, returnPath: ReturnPathMode = .account, returnPathDomain: MailDomain? = nil,
        bounceHost: DNSName? = nil, spfInclude: String? = nil, ownAddresses: [IPAddress] = [],
        signing: SigningMode = .both, homeDomains: Set<MailDomain> = [], toldSelectors: [String] = [],
        selectors: SelectorTemplate = .standard, operatorZone: DNSName? = nil, ttl: UInt32 = 600
    ) {
        self.route = route
        self.returnPath = returnPath
        self.returnPathDomain = returnPathDomain
        self.bounceHost = bounceHost
        self.spfInclude = spfInclude
        self.ownAddresses = ownAddresses
        self.signing = signing
        self.homeDomains = homeDomains
        self.toldSelectors = toldSelectors
        self.selectors = selectors
        self.operatorZone = operatorZone
        self.ttl = ttl
    }
}
