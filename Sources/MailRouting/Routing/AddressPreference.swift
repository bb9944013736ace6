public import DNS

/// In which order a host's addresses are tried.
public enum AddressPreference: String, Sendable, Hashable, CaseIterable, Codable {
    /// IPv6 first, then IPv4.
    case v6First = "ipv6-first"
    /// IPv4 first, then IPv6.
    case v4First = "ipv4-first"
    /// IPv4 and nothing else.
    case v4Only = "ipv4-only"
    /// IPv6 and nothing else.
    case v6Only = "ipv6-only"

    /// The families in the order in which they are tried.
    public var families: [IPAddress.Family] {
        switch self {
        case .v6First: [.v6, .v4]
        case .v4First: [.v4, .v6]
        case .v4Only: [.v4]
        case .v6Only: [.v6]
        }
    }

    /// The types of record that are asked for, in that order.
    var recordTypes: [DNSRecordType] { families.map { $0 == .v4 ? .a : .aaaa } }
}
