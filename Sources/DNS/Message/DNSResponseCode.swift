/// What a server says of a request as a whole (RFC 1035, 4.1.1; RFC 2136, 2.2; RFC 8945, 3), with the upper bits of
/// RFC 6891, 6.1.3.
public struct DNSResponseCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The number; at most 12 bits in a header, 16 in a TSIG record.
    public let rawValue: UInt16

    /// A code by its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// All went well; that does not mean that there are records.
    public static let noError = DNSResponseCode(rawValue: 0)
    /// The server could not read the request.
    public static let formatError = DNSResponseCode(rawValue: 1)
    /// The server could not find out.
    public static let serverFailure = DNSResponseCode(rawValue: 2)
    /// The name does not exist.
    public static let noSuchName = DNSResponseCode(rawValue: 3)
    /// The server does not know this kind of request.
    public static let notImplemented = DNSResponseCode(rawValue: 4)
    /// The server does not want to answer us.
    public static let refused = DNSResponseCode(rawValue: 5)
    /// A name exists that an update required to be absent.
    public static let nameExists = DNSResponseCode(rawValue: 6)
    /// Records exist that an update required to be absent.
    public static let recordsExist = DNSResponseCode(rawValue: 7)
    /// Records are absent that an update required.
    public static let recordsMissing = DNSResponseCode(rawValue: 8)
    /// The server is not authoritative for the zone, or the request is not authorised.
    public static let notAuthorised = DNSResponseCode(rawValue: 9)
    /// A name of an update lies outside its zone.
    public static let notInZone = DNSResponseCode(rawValue: 10)
    /// The version of EDNS is unknown to the server (RFC 6891, 9), or a signature is wrong (RFC 8945, 3).
    public static let badVersionOrSignature = DNSResponseCode(rawValue: 16)
    /// The server does not know the key of a signature.
    public static let badKey = DNSResponseCode(rawValue: 17)
    /// The clocks are too far apart for a signature.
    public static let badTime = DNSResponseCode(rawValue: 18)
    /// A signature is too short for the server.
    public static let badTruncation = DNSResponseCode(rawValue: 22)

    private static let names: [DNSResponseCode: String] = [
        .noError: "NOERROR", .formatError: "FORMERR", .serverFailure: "SERVFAIL", .noSuchName: "NXDOMAIN",
        .notImplemented: "NOTIMP", .refused: "REFUSED", .nameExists: "YXDOMAIN", .recordsExist: "YXRRSET",
        .recordsMissing: "NXRRSET", .notAuthorised: "NOTAUTH", .notInZone: "NOTZONE",
        .badVersionOrSignature: "BADVERS/BADSIG", .badKey: "BADKEY", .badTime: "BADTIME", .badTruncation: "BADTRUNC",
    ]

    /// The mnemonic, or `RCODE123`.
    public var description: String { Self.names[self] ?? "RCODE\(rawValue)" }
}
