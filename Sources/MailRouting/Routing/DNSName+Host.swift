import DNS

extension DNSName {
    /// Whether a host may have this name: letters, digits and hyphens (RFC 1123, 2.1), underscores tolerated since such
    /// hosts exist, and a last label that is no number, which would be read as a network address (RFC 3696, 2).
    var isHostName: Bool {
        guard let last = labels.last, !last.allSatisfy(Self.isDigit) else { return false }
        return labels.allSatisfy { label in
            label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    /// Whether this is an IPv4 address written as a name, a common mistake in MX records.
    var isAddressLiteral: Bool { IPAddress(description)?.family == .v4 }

    private static func isDigit(_ octet: UInt8) -> Bool { (0x30...0x39).contains(octet) }
}
