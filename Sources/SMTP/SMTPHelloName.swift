/// The name that the client gives itself in EHLO: a host name in ASCII, or an address literal in square brackets
/// (RFC 5321, 4.1.4).
public struct SMTPHelloName: Sendable, Hashable, CustomStringConvertible {
    /// The name as it goes on the wire.
    public let wire: String

    /// Checks a name.
    ///
    /// - Returns: nil if it is empty, longer than 255 octets, or neither a host name nor an address literal.
    public init?(_ name: String) {
        guard name.utf8.count <= 255, SMTPEnvelopeAddress.isDomain(Array(name.utf8)) else { return nil }
        wire = name
    }

    /// The name as it goes on the wire.
    public var description: String { wire }
}
