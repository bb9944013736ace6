import DNS

/// How much of a zone is looked at, so that a hostile one cannot keep us busy.
public struct RoutingLimits: Sendable, Hashable {
    /// The most hosts whose addresses are asked for.
    public var hosts: Int
    /// The most addresses of a host that are tried.
    public var addresses: Int

    /// Limits.
    public init(hosts: Int = 20, addresses: Int = 10) {
        self.hosts = max(1, hosts)
        self.addresses = max(1, addresses)
    }

    /// The first addresses of each family. One with many leaves the other up to half of the places: else a host whose
    /// IPv6 does not work would be lost.
    func cut(_ families: [[IPAddress]]) -> (addresses: [IPAddress], isCut: Bool) {
        let rest = families.dropFirst().reduce(0) { $0 + $1.count }
        let kept = max(addresses - rest, addresses - addresses / 2)
        let all = (families.first?.prefix(kept) ?? []) + families.dropFirst().joined()
        let isCut = families.reduce(0) { $0 + $1.count } > addresses
        return (Array(all.prefix(addresses)), isCut)
    }
}
