/// What a resource record says.
public enum DNSRecordData: Sendable, Hashable {
    /// An IPv4 address; four octets.
    case a(IPAddress)
    /// An IPv6 address; sixteen octets (RFC 3596, 2.2).
    case aaaa(IPAddress)
    /// A mail exchange: the lower preference comes first (RFC 1035, 3.3.9). The root stands for "no mail" (RFC 7505).
    case mx(preference: UInt16, exchange: DNSName)
    /// Text strings of at most 255 octets each, at least one (RFC 1035, 3.3.14).
    case txt([[UInt8]])
    /// The canonical name.
    case cname(DNSName)
    /// An authoritative name server.
    case ns(DNSName)
    /// A pointer.
    case ptr(DNSName)
    /// The start of authority.
    case soa(DNSStartOfAuthority)
    /// The association of a TLS certificate (RFC 6698, 2.1).
    case tlsa(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8])
    /// Any other type: the octets as they came (RFC 3597).
    case other(DNSRecordType, [UInt8])

    /// A text record from one text, cut into strings of at most 255 octets.
    public static func txt(_ text: String) -> DNSRecordData {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return .txt([[]]) }
        return .txt(stride(from: 0, to: bytes.count, by: 255).map { Array(bytes[$0..<min($0 + 255, bytes.count)]) })
    }

    /// Its type.
    public var type: DNSRecordType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .mx: .mx
        case .txt: .txt
        case .cname: .cname
        case .ns: .ns
        case .ptr: .ptr
        case .soa: .soa
        case .tlsa: .tlsa
        case .other(let type, _): type
        }
    }

    /// The strings of a text record joined without anything between, as SPF, DKIM and DMARC read them
    /// (RFC 7208, 3.3; RFC 6376, 3.6.2.2); `nil` for other types.
    public var joinedText: [UInt8]? {
        guard case .txt(let strings) = self else { return nil }
        return strings.count == 1 ? strings[0] : Array(strings.joined())
    }
}

/// The start of a zone of authority (RFC 1035, 3.3.13).
public struct DNSStartOfAuthority: Sendable, Hashable {
    /// The primary server.
    public var primary: DNSName
    /// The mailbox of the person responsible, as a name.
    public var mailbox: DNSName
    /// The version of the zone.
    public var serial: UInt32
    /// How often secondaries look, seconds.
    public var refresh: UInt32
    /// How soon they look again after a failure, seconds.
    public var retry: UInt32
    /// When they give up, seconds.
    public var expire: UInt32
    /// For how long "there is none" may be kept at most, seconds (RFC 2308, 4).
    public var minimum: UInt32

    /// A start of authority.
    public init(
        primary: DNSName, mailbox: DNSName, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32,
        minimum: UInt32
    ) {
        self.primary = primary
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}
