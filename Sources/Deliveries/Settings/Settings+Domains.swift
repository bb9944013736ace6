import DNS
import MailMessage
public import SenderDomains

extension Settings {
    /// What of this installation matters for sender domains.
    public var domainSetup: DomainSetup {
        let include = text(.mailSPFInclude)
        return DomainSetup(
            route: DomainSetup.Route(rawValue: text(.mailRoute)) ?? .local,
            returnPath: returnPath, returnPathDomain: returnPathDomain,
            bounceHost: DNSName(text(.mailReturnPathHost)),
            spfInclude: include.isEmpty ? nil : include,
            ownAddresses: list(.mailSPFAddresses).compactMap { IPAddress($0) }, signing: signing,
            homeDomains: Set(homeDomains.compactMap { try? MailDomain(parsing: $0) }),
            toldSelectors: list(.smtpDKIMSelectors),
            selectors: SelectorTemplate(text(.domainsSelector)) ?? .standard,
            operatorZone: DNSName(text(.domainsOperatorZone)), ttl: UInt32(clamping: integer(.domainsTTL)))
    }

    /// The SPF record of our own that senders' records include, for publishing; `nil` where the include is somebody
    /// else's, or no addresses are set.
    public var ownSPFRecord: DomainRecord? {
        let setup = domainSetup
        guard let name = setup.spfInclude.flatMap({ DNSName($0) }), !setup.ownAddresses.isEmpty else { return nil }
        return DomainRecord(
            purpose: .spf, requirement: .required, name: name, zone: name.parent ?? name, type: .txt,
            value: OperatorRecords.spfText(addresses: setup.ownAddresses), ttl: setup.ttl)
    }

    /// With which kinds of keys mail is signed.
    public var signing: SigningMode { SigningMode(rawValue: text(.smtpDKIMSigning)) ?? .both }

    /// What happens to mail of a new domain while that is not in order.
    public var domainPolicy: SenderDomain.Policy { SenderDomain.Policy(rawValue: text(.domainsPolicy)) ?? .fallback }

    /// Whether sender domains are asked for and approved, instead of being set up at once.
    public var domainsNeedApproval: Bool { text(.domainsStart) == "on-request" }
}
