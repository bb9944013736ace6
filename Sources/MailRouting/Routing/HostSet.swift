import DNS

/// The hosts that take a destination's mail, without regard to their order. Thousands of domains lead to the same
/// hosts; limits are kept per set and not per domain.
public struct HostSet: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The names in lower case and sorted, or the addresses in brackets, with blanks between them.
    public let key: String

    /// The set of some hosts.
    public init(_ hosts: some Sequence<MailHost>) {
        let names = hosts.map { host in
            host.name?.key ?? host.addresses.first.map { MailDestination.address($0).description } ?? "[]"
        }
        key = Set(names).sorted().joined(separator: " ")
    }

    /// A set from its key.
    public init(key: String) { self.key = key }

    /// By their keys.
    public static func < (left: HostSet, right: HostSet) -> Bool { left.key < right.key }

    /// The key.
    public var description: String { key }

    /// Reads the key.
    public init(from decoder: any Decoder) throws {
        key = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(key)
    }
}
