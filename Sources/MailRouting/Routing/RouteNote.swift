public import DNS

/// What was odd on the way to a destination, and did not stop it: for whoever asks why.
public enum RouteNote: Sendable, Hashable, CustomStringConvertible {
    /// An MX record says "no mail" beside others that name hosts (RFC 7505, 3 forbids it); it is passed over.
    case nullBesideOthers
    /// An MX record names an address instead of a host (RFC 5321, 5.1).
    case addressAsHost(DNSName)
    /// An MX record names what no host may be called.
    case invalidName(DNSName)
    /// An MX record leads to an alias (RFC 2181, 10.3 forbids it); it is followed.
    case alias(DNSName, to: DNSName)
    /// More hosts than are tried; so many were left out.
    case tooManyHosts(Int)
    /// More addresses than are tried.
    case tooManyAddresses(DNSName)
    /// We are one of the hosts ourselves: those with this preference and higher ones are left out (RFC 5321, 5.1).
    case ownHost(DNSName, preference: UInt16)

    /// A sentence for the log.
    public var description: String {
        switch self {
        case .nullBesideOthers: "an MX record says that there is no mail, others name hosts"
        case .addressAsHost(let name): "an MX record names the address \(name) instead of a host"
        case .invalidName(let name): "an MX record names \(name), which no host may be called"
        case .alias(let name, let target): "the host \(name) is an alias of \(target)"
        case .tooManyHosts(let count): "\(count) further hosts are left out"
        case .tooManyAddresses(let name): "further addresses of \(name) are left out"
        case .ownHost(let name, let preference):
            "\(name) is this server: hosts with preference \(preference) and higher are left out"
        }
    }
}
