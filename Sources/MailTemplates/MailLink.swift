/// An address of a web page that is safe in an attribute, in plain text and in a header: http or https, printable ASCII
/// without blanks, quotes and angle brackets.
public struct MailLink: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The address.
    public let text: String

    /// Nil for anything but a web address of at most 900 octets.
    public init?(_ text: String) {
        let lowered = text.prefix(8).lowercased()
        let scheme = lowered.hasPrefix("https://") ? 8 : (lowered.hasPrefix("http://") ? 7 : 0)
        guard scheme > 0, text.utf8.count > scheme, text.utf8.count <= 900,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !text.utf8.contains(where: { Array("\"'<>\\^`{|}".utf8).contains($0) })
        else { return nil }
        self.text = text
    }

    /// The address.
    public var description: String { text }

    /// Reads a single string, refusing what ``init(_:)`` refuses.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let link = MailLink(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a web address")
        }
        self = link
    }

    /// Writes a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
