import Foundation

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Which kind of address.
    public enum Family: Sendable, Hashable {
        /// Four octets.
        case v4
        /// Sixteen octets.
        case v6
    }

    /// Which kind of address.
    public let family: Family
    /// The address as a number; the upper half is zero with IPv4. Numbers, unlike octets, need no memory of their own.
    private let upper: UInt64
    private let lower: UInt64

    private init(_ family: Family, upper: UInt64, lower: UInt64) {
        self.family = family
        self.upper = upper
        self.lower = lower
    }

    /// An IPv4 address from its number: the first octet is the most significant one.
    public init(v4 number: UInt32) {
        self.init(.v4, upper: 0, lower: UInt64(number))
    }

    /// An address from its octets; `nil` unless there are four or sixteen.
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        func number(_ part: some Sequence<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(octets.count == 4 ? .v4 : .v6, upper: number(octets.dropLast(8)), lower: number(octets.suffix(8)))
    }

    /// Reads the usual text forms (RFC 4291, 2.2); `nil` for anything else, also with a zone or brackets.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        if !text.utf8.contains(UInt8(ascii: ":")) {
            var four = in_addr()
            guard inet_pton(AF_INET, text, &four) == 1 else { return nil }
            self.init(v4: UInt32(bigEndian: four.s_addr))
        } else {
            var sixteen = in6_addr()
            guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
            let (upper, lower) = withUnsafeBytes(of: sixteen) {
                ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            self.init(.v6, upper: UInt64(bigEndian: upper), lower: UInt64(bigEndian: lower))
        }
    }

    /// Four octets or sixteen, in network order.
    public var octets: [UInt8] {
        switch family {
        case .v4: withUnsafeBytes(of: UInt32(truncatingIfNeeded: lower).bigEndian) { Array($0) }
        case .v6: withUnsafeBytes(of: (upper.bigEndian, lower.bigEndian)) { Array($0) }
        }
    }

    /// The canonical text form (RFC 5952, 4).
    public var description: String {
        var buffer = [CChar](repeating: 0, count: 64)
        _ = octets.withUnsafeBytes {
            inet_ntop(family == .v4 ? AF_INET : AF_INET6, $0.baseAddress, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The IPv4 address where this is one mapped into IPv6 (RFC 4291, 2.5.5.2); otherwise the address itself.
    public var unmapped: IPAddress {
        guard family == .v6, upper == 0, lower >> 32 == 0xFFFF else { return self }
        return IPAddress(v4: UInt32(truncatingIfNeeded: lower))
    }

    /// Whether the first so many bits are those of another address of the same family. Bits beyond the address count
    /// as equal; addresses of different families never match.
    public func matches(_ other: IPAddress, prefixLength: Int) -> Bool {
        guard family == other.family else { return false }
        // Swift's shifts by more than the width leave nothing.
        switch family {
        case .v4: return (lower ^ other.lower) >> (32 - min(max(prefixLength, 0), 32)) == 0
        case .v6:
            let bits = min(max(prefixLength, 0), 128)
            return (upper ^ other.upper) >> (64 - min(bits, 64)) == 0
                && (lower ^ other.lower) >> (64 - max(bits - 64, 0)) == 0
        }
    }

    /// The name under which its reverse entry stands (RFC 1035, 3.5; RFC 3596, 2.5).
    public var reverseName: DNSName {
        let labels: [[UInt8]]
        switch family {
        case .v4: labels = octets.reversed().map { Array(String($0).utf8) } + [Array("in-addr".utf8)]
        case .v6:
            labels =
                octets.reversed().flatMap { octet in
                    [octet & 0x0F, octet >> 4].map { Array(String($0, radix: 16).utf8) }
                } + [Array("ip6".utf8)]
        }
        // At most 34 short labels: always a name.
        return DNSName(labels: labels + [Array("arpa".utf8)]) ?? .root
    }
}
