public import DNS

/// Where a recipient's mail goes: the domain of the address, or an address literal (RFC 5321, 4.1.3).
public enum MailDestination: Sendable, Hashable, CustomStringConvertible {
    /// A domain, as A-labels.
    case domain(DNSName)
    /// A network address; no DNS is asked for it.
    case address(IPAddress)

    /// Reads the part of an address behind the `@`: a domain as A-labels, `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    ///
    /// - Returns: `nil` for anything else, the root and names of a single number included.
    public init?(_ text: String) {
        if text.hasPrefix("[") {
            guard text.hasSuffix("]"), text.utf8.count > 2 else { return nil }
            let inner = text.dropFirst().dropLast()
            if inner.lowercased().hasPrefix("ipv6:") {
                guard let address = IPAddress(String(inner.dropFirst(5))), address.family == .v6 else { return nil }
                self = .address(address)
            } else {
                guard let address = IPAddress(String(inner)), address.family == .v4 else { return nil }
                self = .address(address)
            }
            return
        }
        guard let name = DNSName(text), name.isHostName else { return nil }
        self = .domain(name.lowercased)
    }

    /// As it stands behind the `@`.
    public var description: String {
        switch self {
        case .domain(let name): name.description
        case .address(let address): address.family == .v4 ? "[\(address)]" : "[IPv6:\(address)]"
        }
    }
}
