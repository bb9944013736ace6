/// What a server offers at a moment of a session: the keywords of its answer to EHLO (RFC 5321, 4.1.1.1), and with them
/// which parameters MAIL and RCPT may have.
public struct SMTPServerOffer: Sendable, Hashable {
    /// The largest message in octets for SIZE (RFC 1870), 0 for "no fixed limit", nil if SIZE is not offered.
    public var size: Int?
    /// PIPELINING (RFC 2920).
    public var pipelining = false
    /// 8BITMIME (RFC 6152).
    public var eightBitMIME = false
    /// SMTPUTF8 (RFC 6531).
    public var smtpUTF8 = false
    /// DSN (RFC 3461).
    public var dsn = false
    /// ENHANCEDSTATUSCODES (RFC 2034).
    public var enhancedStatusCodes = false
    /// STARTTLS (RFC 3207).
    public var startTLS = false
    /// The mechanisms of AUTH (RFC 4954); empty if AUTH is not offered.
    public var authentication: [SMTPAuthenticationMechanism] = []
    /// REQUIRETLS (RFC 8689).
    public var requireTLS = false

    /// An offer of nothing, as after HELO.
    public init() {}

    /// The keyword lines behind the first line of the answer to EHLO.
    public var lines: [String] {
        var lines: [String] = []
        if pipelining { lines.append("PIPELINING") }
        if let size { lines.append("SIZE \(size)") }
        if eightBitMIME { lines.append("8BITMIME") }
        if smtpUTF8 { lines.append("SMTPUTF8") }
        if dsn { lines.append("DSN") }
        if enhancedStatusCodes { lines.append("ENHANCEDSTATUSCODES") }
        if startTLS { lines.append("STARTTLS") }
        if !authentication.isEmpty {
            lines.append("AUTH " + authentication.map(\.rawValue).joined(separator: " "))
        }
        if requireTLS { lines.append("REQUIRETLS") }
        return lines
    }
}
