public import DNS

/// The way to a domain's own servers.
public protocol AuthoritativeAccess: Sendable {
    /// A resolver that asks one server of a zone, without recursion.
    ///
    /// - Parameters:
    ///   - server: its name.
    ///   - addresses: its addresses, IPv4 first; not empty.
    /// - Returns: `nil` if none of the addresses may be asked, since they are private or our own.
    func resolver(for server: DNSName, addresses: [IPAddress]) -> (any DNSResolver)?
}
