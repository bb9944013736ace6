public import DNS

/// Which mail hosts a policy means: one name, or all names one label beneath another (RFC 8461, 4.1).
public struct STSMXPattern: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The name, without the wildcard.
    private let name: DNSName
    /// Whether exactly one label stands in front of the name.
    public let isWildcard: Bool

    /// Reads `mail.example.com` or `*.example.com`; the wildcard is the whole leftmost label.
    ///
    /// - Returns: `nil` for anything else.
    public init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        guard let name = DNSName(isWildcard ? String(text.dropFirst(2)) : text), name.isHostName else { return nil }
        self.name = name.lowercased
    }

    /// Whether a host is meant.
    public func matches(_ host: DNSName) -> Bool {
        isWildcard ? host.parent == name : host == name
    }

    /// The pattern as it is written in a policy.
    public var description: String { isWildcard ? "*.\(name)" : name.description }

    /// Reads the pattern as it is written in a policy.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let pattern = STSMXPattern(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no MX pattern")
        }
        self = pattern
    }

    /// Writes the pattern as it is written in a policy.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
