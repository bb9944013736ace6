import Foundation

/// An IPv4 or IPv6 address.
struct NetworkAddress: Equatable {
    /// Four octets or sixteen.
    let bytes: [UInt8]

    /// Reads the usual text forms (RFC 4291, 2.2); `nil` for anything else.
    init?(parsing text: String) {
        guard !text.isEmpty, text.utf8.count <= 45 else { return nil }
        var four = in_addr()
        var sixteen = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = withUnsafeBytes(of: sixteen) { Array($0) }
        } else {
            return nil
        }
    }

    /// The canonical text form (RFC 5952).
    var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        _ = bytes.withUnsafeBytes {
            inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, $0.baseAddress, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// 127.0.0.0/8 or ::1.
    var isLoopback: Bool {
        let plain = unmapped
        return plain.count == 4 ? plain[0] == 127 : plain.dropLast().allSatisfy { $0 == 0 } && plain[15] == 1
    }

    /// An address that is not routed in the internet (RFC 1918, 3927, 4193; RFC 4291, 2.5.6).
    var isPrivate: Bool {
        let plain = unmapped
        if plain.count == 4 {
            return switch (plain[0], plain[1]) {
            case (10, _), (172, 16...31), (192, 168), (169, 254): true
            default: false
            }
        }
        return plain[0] & 0xFE == 0xFC || (plain[0] == 0xFE && plain[1] & 0xC0 == 0x80)
    }

    /// RFC 4291, 2.5.5.2: an IPv4 address in IPv6 clothes is the IPv4 address.
    private var unmapped: [UInt8] {
        guard bytes.count == 16, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return bytes
        }
        return Array(bytes[12...])
    }
}
