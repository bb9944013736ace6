/// The type of a resource record (RFC 1035, 3.2.2, and the IANA registry).
public struct DNSRecordType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The number on the wire.
    public let rawValue: UInt16

    /// A type by its number; any number is one (RFC 3597).
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An IPv4 address.
    public static let a = DNSRecordType(rawValue: 1)
    /// An authoritative name server.
    public static let ns = DNSRecordType(rawValue: 2)
    /// The canonical name of an alias.
    public static let cname = DNSRecordType(rawValue: 5)
    /// The start of a zone of authority.
    public static let soa = DNSRecordType(rawValue: 6)
    /// A pointer to another name.
    public static let ptr = DNSRecordType(rawValue: 12)
    /// A mail exchange.
    public static let mx = DNSRecordType(rawValue: 15)
    /// Text strings.
    public static let txt = DNSRecordType(rawValue: 16)
    /// An IPv6 address (RFC 3596).
    public static let aaaa = DNSRecordType(rawValue: 28)
    /// A delegation signer (RFC 4034, 5).
    public static let ds = DNSRecordType(rawValue: 43)
    /// A public key of a zone (RFC 4034, 2).
    public static let dnskey = DNSRecordType(rawValue: 48)
    /// The association of a TLS certificate (RFC 6698).
    public static let tlsa = DNSRecordType(rawValue: 52)

    private static let names: [DNSRecordType: String] = [
        .a: "A", .ns: "NS", .cname: "CNAME", .soa: "SOA", .ptr: "PTR", .mx: "MX", .txt: "TXT", .aaaa: "AAAA",
        .ds: "DS", .dnskey: "DNSKEY", .tlsa: "TLSA",
    ]

    /// Reads a mnemonic, in any case, or `TYPE123`; `nil` for anything else.
    public init?(_ text: String) {
        let text = text.uppercased()
        if let known = Self.names.first(where: { $0.value == text })?.key {
            self = known
        } else if text.hasPrefix("TYPE"), let number = UInt16(text.dropFirst(4)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    /// The mnemonic, or `TYPE123` for one without (RFC 3597, 5).
    public var description: String { Self.names[self] ?? "TYPE\(rawValue)" }
}
