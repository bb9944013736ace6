/// The line between parts (RFC 2046, 5.1.1).
///
/// Ours begin with `=_`, which neither quoted-printable nor base64 can contain (RFC 2045, 6.7 (5)): they can never occur
/// in a part, so nothing needs to be searched.
public struct MIMEBoundary: Sendable, Hashable {
    /// The boundary without the leading hyphens.
    public let text: String

    /// A boundary from letters and digits that are unique within the message, 1 to 60 of them; nil otherwise.
    public init?(unique: String) {
        guard (1...60).contains(unique.utf8.count),
            unique.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }),
            unique.utf8.last != UInt8(ascii: "-")
        else { return nil }
        text = "=_" + unique
    }

    private init(known text: String) { self.text = text }

    /// One for the parts within a part: no line of one reads as a line of the other.
    public var within: MIMEBoundary { MIMEBoundary(known: "=_." + text.dropFirst(2).prefix(59)) }

    /// A boundary made of sixteen random bytes.
    public init(using generator: inout some RandomNumberGenerator) {
        text = "=_" + (0..<16).flatMap { _ in UInt8.random(in: .min ... .max, using: &generator).hexDigits }.asText
    }
}
