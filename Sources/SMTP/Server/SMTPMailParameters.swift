/// The parameters of MAIL (RFC 5321, 4.1.1.2).
public struct SMTPMailParameters: Sendable, Hashable {
    /// SIZE: the message's octets as the client estimates them (RFC 1870, 5).
    public var size: Int?
    /// BODY: nil if not given (RFC 6152, 2).
    public var body: Body?
    /// SMTPUTF8: addresses and headers may have characters outside ASCII (RFC 6531, 3.4).
    public var smtpUTF8 = false
    /// RET: how much of the message a report brings back (RFC 3461, 4.3).
    public var reportContent: ReportContent?
    /// ENVID, decoded: what reports name the mail by (RFC 3461, 4.4).
    public var envelopeID: String?
    /// AUTH=, decoded, empty for `<>`: who handed the mail in elsewhere. To be believed only of a trusted client (RFC
    /// 4954, 5).
    public var submitter: String?
    /// REQUIRETLS: to be carried over TLS with checked peers only, or not at all (RFC 8689, 2).
    public var requireTLS = false

    /// Makes parameters of which none is given.
    public init() {}

    /// The values of BODY (RFC 6152, 2).
    public enum Body: String, Sendable, Hashable, Codable {
        /// Octets up to 127 only.
        case sevenBit = "7BIT"
        /// Octets above 127, too.
        case eightBitMIME = "8BITMIME"
    }

    /// The values of RET (RFC 3461, 4.3).
    public enum ReportContent: String, Sendable, Hashable, Codable {
        /// The whole message.
        case full = "FULL"
        /// The headers only.
        case headers = "HDRS"
    }
}
