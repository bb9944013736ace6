import Synchronization

/// Counts the connections, so that no client takes the places of all others.
final class MailIntakeAdmission: Sendable {
    private struct Counts {
        var total = 0
        var byNetwork: [String: Int] = [:]
    }

    private let limits: MailIntakeLimits
    private let counts = Mutex(Counts())

    init(_ limits: MailIntakeLimits) {
        self.limits = limits
    }

    /// Counts a connection in; `false` if there are too many.
    func enter(_ address: String) -> Bool {
        let network = Self.network(of: address)
        return counts.withLock { counts in
            let here = counts.byNetwork[network, default: 0]
            guard counts.total < limits.connections, here < limits.connectionsPerAddress else { return false }
            counts.total += 1
            counts.byNetwork[network] = here + 1
            return true
        }
    }

    /// Counts a connection out that was let in.
    func leave(_ address: String) {
        let network = Self.network(of: address)
        counts.withLock { counts in
            counts.total -= 1
            let here = counts.byNetwork[network, default: 0]
            counts.byNetwork[network] = here > 1 ? here - 1 : nil
        }
    }

    /// An IPv4 address by itself, an IPv6 address by its first 64 bits: one customer gets that many (RFC 6177, 2). The
    /// text comes from the system, with all groups of zeros but one written out.
    static func network(of address: String) -> String {
        let plain = address.prefix { $0 != "%" }
        guard plain.contains(":") else { return String(plain) }
        // ::ffff:192.0.2.1 is an IPv4 client of a socket that takes both.
        if plain.contains("."), let colon = plain.lastIndex(of: ":") {
            return String(plain[plain.index(after: colon)...])
        }
        let sides = plain.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = sides[0].split(separator: ":").map(String.init)
        if sides.count == 2 {
            let last = sides[1].split(separator: ":").map(String.init)
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - last.count)) + last
        }
        return groups.prefix(4).joined(separator: ":")
    }
}
