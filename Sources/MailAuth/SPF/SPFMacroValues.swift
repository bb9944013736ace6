public import DNS

/// What macros stand for during an evaluation (RFC 7208, 7.2).
public struct SPFMacroValues: Sendable {
    /// The client's address; an IPv4 address mapped into IPv6 counts as IPv4 (RFC 7208, 5).
    public var address: IPAddress
    /// The local part of the sender; `postmaster` where there is none.
    public var localPart: [UInt8]
    /// The domain of the sender.
    public var senderDomain: [UInt8]
    /// The domain whose record is evaluated.
    public var domain: [UInt8]
    /// The name in HELO or EHLO.
    public var helo: String
    /// The host that checks.
    public var receiver: String
    /// Seconds since 1970.
    public var time: Int
    /// The validated name of the address; looked up only where a macro asks for it.
    public var validatedName = Array("unknown".utf8)

    /// Values for a request, for its own domain.
    public init(_ request: SPFRequest) {
        address = request.clientAddress.unmapped
        localPart = request.localPart
        senderDomain = request.domain
        domain = request.domain
        helo = request.helo
        receiver = request.receiver
        time = request.time
    }

    /// The value of a macro's letter.
    public subscript(letter: SPFMacro.Letter) -> [UInt8] {
        switch letter {
        case .sender: localPart + [UInt8(ascii: "@")] + senderDomain
        case .localPart: localPart
        case .senderDomain: senderDomain
        case .domain: domain
        case .address: address.family == .v4 ? Array(address.description.utf8) : nibbles
        case .validatedName: validatedName
        case .addressFamily: Array((address.family == .v4 ? "in-addr" : "ip6").utf8)
        case .helo: Array(helo.utf8)
        case .readableAddress: Array(address.description.utf8)
        case .receiver: Array(receiver.utf8)
        case .time: Array(String(time).utf8)
        }
    }

    /// An IPv6 address as hexadecimal digits with dots between them (RFC 7208, 7.3).
    private var nibbles: [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        let parts = address.octets.flatMap { [[digits[Int($0 >> 4)]], [digits[Int($0 & 0x0F)]]] }
        return Array(parts.joined(separator: [UInt8(ascii: ".")]))
    }
}
