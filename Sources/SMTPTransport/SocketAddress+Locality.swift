package import NIOCore

extension SocketAddress {
    /// Whether this is a loopback, link-local or private address (RFC 1122, 3.2.1.3; RFC 1918; RFC 3927; RFC 4193;
    /// RFC 4291, 2.5.3 and 2.5.6).
    package var isLocalOrPrivate: Bool {
        switch self {
        case .unixDomainSocket:
            return true
        case .v4:
            return ipAddress.map(Self.isLocalIPv4) ?? false
        case .v6:
            guard let text = ipAddress?.lowercased() else { return false }
            if text == "::1" { return true }
            // RFC 4291, 2.5.5.2
            if text.hasPrefix("::ffff:"), text.contains(".") { return Self.isLocalIPv4(String(text.dropFirst(7))) }
            let first = text.prefix { $0 != ":" }
            guard first.count == 4 else { return false }
            return first.hasPrefix("fc") || first.hasPrefix("fd")
                || ["fe8", "fe9", "fea", "feb"].contains { first.hasPrefix($0) }
        }
    }

    private static func isLocalIPv4(_ text: String) -> Bool {
        let numbers = text.split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 4 else { return false }
        switch (numbers[0], numbers[1]) {
        case (127, _), (10, _), (192, 168), (169, 254), (172, 16...31): return true
        default: return false
        }
    }
}
