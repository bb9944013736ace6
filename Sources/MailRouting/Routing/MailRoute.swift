public import DNS

/// The way to a destination: the hosts to try, in their order.
public struct MailRoute: Sendable, Hashable {
    /// What the hosts come from.
    public enum Origin: String, Sendable, Hashable {
        /// From MX records.
        case mx
        /// From the address records of the domain itself, as there are no MX records (RFC 5321, 5.1).
        case implicitMX = "implicit-mx"
        /// From an address literal.
        case literal
    }

    /// What was asked for.
    public var destination: MailDestination
    /// What the hosts come from.
    public var origin: Origin
    /// The hosts that can be dialled, each with an address at least.
    public var hosts: [MailHost]
    /// The hosts that were left out because no address of theirs is known or may be dialled.
    public var unreachable: [MailHost]
    /// What was odd on the way.
    public var notes: [RouteNote]
    /// Whether DNSSEC proves which hosts these are: the MX records, or that there are none.
    public var isSecure: Bool
    /// The name at the end of the domain's own aliases; `nil` for an address literal.
    public var expandedName: DNSName?
    /// For how many seconds the route may be kept.
    public var ttl: UInt32

    /// A route.
    public init(
        to destination: MailDestination, origin: Origin, hosts: [MailHost], unreachable: [MailHost] = [],
        notes: [RouteNote] = [], isSecure: Bool = false, expandedName: DNSName? = nil, ttl: UInt32 = 0
    ) {
        self.destination = destination
        self.origin = origin
        self.hosts = hosts
        self.unreachable = unreachable
        self.notes = notes
        self.isSecure = isSecure
        self.expandedName = expandedName
        self.ttl = ttl
    }

    /// The set of hosts, under which connections are counted whatever the domain.
    public var hostSet: HostSet { HostSet(hosts) }
}
