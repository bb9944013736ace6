import DNS

/// The association of a TLS certificate with a service (RFC 6698, 2.1).
public struct TLSARecord: Sendable, Hashable, CustomStringConvertible {
    /// What is matched, and what else must hold (RFC 6698, 2.1.1; names by RFC 7218).
    public enum Usage: UInt8, Sendable, Hashable, CaseIterable {
        /// PKIX-TA: not for mail between servers (RFC 7672, 3.1.3).
        case pkixTA = 0
        /// PKIX-EE: not for mail between servers (RFC 7672, 3.1.3).
        case pkixEE = 1
        /// DANE-TA: the issuer; path and name must be right (RFC 7672, 3.1.2).
        case daneTA = 2
        /// DANE-EE: the server's own certificate; nothing else counts (RFC 7672, 3.1.1).
        case daneEE = 3
    }

    /// What of the certificate is matched (RFC 6698, 2.1.2).
    public enum Selector: UInt8, Sendable, Hashable, CaseIterable {
        /// All of it.
        case certificate = 0
        /// Its public key, as SubjectPublicKeyInfo.
        case publicKey = 1
    }

    /// How it is matched (RFC 6698, 2.1.3).
    public enum MatchingType: UInt8, Sendable, Hashable, CaseIterable {
        /// Octet by octet.
        case full = 0
        /// By its SHA-256 digest.
        case sha256 = 1
        /// By its SHA-512 digest.
        case sha512 = 2
    }

    /// Why a record cannot be used.
    public enum Problem: String, Error, Sendable, Hashable, CaseIterable {
        /// A usage that is unknown, or not for mail between servers (RFC 7672, 3.1.3).
        case usage
        /// An unknown selector.
        case selector
        /// An unknown matching type.
        case matchingType = "matching-type"
        /// A digest of the wrong length, or something that is neither certificate nor key.
        case data
    }

    /// What is matched, and what else must hold.
    public let usage: Usage
    /// What of the certificate is matched.
    public let selector: Selector
    /// How it is matched.
    public let matchingType: MatchingType
    /// The digest, or the certificate or key itself.
    public let data: [UInt8]

    /// Takes a record over if it can be used for mail between servers.
    ///
    /// - Throws: ``Problem``, the first thing that is wrong.
    public init(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) throws(Problem) {
        guard let usage = Usage(rawValue: usage), usage == .daneTA || usage == .daneEE else { throw .usage }
        guard let selector = Selector(rawValue: selector) else { throw .selector }
        guard let matchingType = MatchingType(rawValue: matchingType) else { throw .matchingType }
        let fits =
            switch matchingType {
            case .full: Self.isSequence(data)
            case .sha256: data.count == 32
            case .sha512: data.count == 64
            }
        guard fits else { throw .data }
        self.usage = usage
        self.selector = selector
        self.matchingType = matchingType
        self.data = data
    }

    /// The four fields, as in a zone file.
    public var description: String {
        DNSRecordData.tlsa(
            usage: usage.rawValue, selector: selector.rawValue, matchingType: matchingType.rawValue, data: data
        ).description
    }

    /// Whether the octets are one DER SEQUENCE and nothing else, as certificates and keys are.
    private static func isSequence(_ octets: [UInt8]) -> Bool {
        guard octets.count >= 2, octets[0] == 0x30 else { return false }
        let first = Int(octets[1])
        if first < 0x80 { return octets.count == 2 + first }
        let count = first & 0x7F
        guard (1...3).contains(count), octets.count > 2 + count else { return false }
        let length = octets[2..<(2 + count)].reduce(0) { $0 << 8 | Int($1) }
        return octets.count == 2 + count + length
    }
}
