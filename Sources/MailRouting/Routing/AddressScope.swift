public import DNS

/// How far an address reaches, by the registries of special-purpose addresses (RFC 6890).
public enum AddressScope: String, Sendable, Hashable, CaseIterable {
    /// Anywhere: an ordinary address.
    case global
    /// The machine itself (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), "this network" included (`0.0.0.0/8`, `::`).
    case loopback
    /// A network of one's own (RFC 1918; RFC 4193), or one behind a provider's address translation (RFC 6598).
    case `private`
    /// The cable (RFC 3927; RFC 4291, 2.5.6).
    case linkLocal = "link-local"
    /// Many hosts at once (RFC 1112; RFC 4291, 2.7), the broadcast address included.
    case multicast
    /// Kept for other purposes: no host has such an address.
    case reserved

    /// The scope of an address. Where an IPv6 address stands for an IPv4 address (mapped, RFC 4291, 2.5.5; NAT64,
    /// RFC 6052, 2.1; 6to4, RFC 3056, 2) it is that address's scope.
    public init(of address: IPAddress) {
        let octets = address.octets
        switch address.family {
        case .v4: self = Self.scope(ofIPv4: octets)
        case .v6:
            if let inner = Self.embedded(in: octets) {
                self = Self.scope(ofIPv4: inner)
                return
            }
            switch (octets[0], octets[1]) {
            case (0, 0) where octets.dropLast().allSatisfy { $0 == 0 } && octets[15] < 2: self = .loopback
            // fec0::/10 were the site-local addresses (RFC 3879).
            case (0xFC...0xFD, _), (0xFE, 0xC0...0xFF): self = .private
            case (0xFE, 0x80...0xBF): self = .linkLocal
            case (0xFF, _): self = .multicast
            // NAT64 with a prefix of one's own (RFC 8215).
            case (0x00, 0x64) where octets[2...5].elementsEqual([0xFF, 0x9B, 0x00, 0x01]): self = .private
            // Teredo (RFC 4380, 4) leads to an IPv4 address by way of strangers.
            case (0x20, 0x01) where octets[2] == 0 && octets[3] == 0: self = .reserved
            // Only 2000::/3 is given to anybody (RFC 4291, 2.4).
            case (0x20...0x3F, _): self = .global
            default: self = .reserved
            }
        }
    }

    private static func scope(ofIPv4 octets: [UInt8]) -> AddressScope {
        switch (octets[0], octets[1]) {
        case (0, _), (127, _): .loopback
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): .private
        case (169, 254): .linkLocal
        case (198, 18...19): .reserved
        case (192, 0) where octets[2] == 0: .reserved
        case (224...239, _): .multicast
        case (240...255, _): octets.allSatisfy { $0 == 255 } ? .multicast : .reserved
        default: .global
        }
    }

    private static func embedded(in octets: [UInt8]) -> [UInt8]? {
        if octets[..<10].allSatisfy({ $0 == 0 }), octets[10] == 0xFF, octets[11] == 0xFF { return Array(octets[12...]) }
        // ::/96, the compatible addresses; `::` and `::1` are none.
        if octets[..<12].allSatisfy({ $0 == 0 }), octets[12...14].contains(where: { $0 != 0 }) {
            return Array(octets[12...])
        }
        // 64:ff9b::/96
        if octets[..<4].elementsEqual([0x00, 0x64, 0xFF, 0x9B]), octets[4..<12].allSatisfy({ $0 == 0 }) {
            return Array(octets[12...])
        }
        if octets[0] == 0x20, octets[1] == 0x02 { return Array(octets[2...5]) }
        return nil
    }
}
