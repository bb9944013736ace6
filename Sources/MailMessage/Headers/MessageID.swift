/// The name of a message (RFC 5322, 3.6.4), unique in the world and stable over retries.
public struct MessageID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What stands before the `@`: a dot-atom.
    public let left: String
    /// What stands after it.
    public let right: String

    /// An identifier of our own making. Nil unless `left` is a dot-atom of at most 200 octets.
    public init?(left: String, domain: MailDomain) {
        guard Self.isDotAtom(left), left.utf8.count <= 200 else { return nil }
        self.left = left
        right = domain.ascii
    }

    /// Reads `<left@right>`, with or without the brackets; nil if it is none.
    public init?(parsing text: String) {
        var inner = Array(text.utf8).trimmed
        if inner.first == UInt8(ascii: "<") {
            guard inner.last == UInt8(ascii: ">") else { return nil }
            inner = inner.dropFirst().dropLast()
        }
        guard inner.count <= 990, let at = inner.lastIndex(of: UInt8(ascii: "@")), at > inner.startIndex,
            at + 1 < inner.endIndex,
            // Others' identifiers are looser than the grammar; what could break a header is refused.
            inner.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") })
        else { return nil }
        left = inner[..<at].asText
        right = inner[(at + 1)...].asText
    }

    /// All identifiers in a References or In-Reply-To header, in their order.
    public static func list(in text: String) -> [MessageID] {
        text.split(separator: "<").compactMap { piece in
            piece.firstIndex(of: ">").flatMap { MessageID(parsing: String(piece[..<$0])) }
        }
    }

    /// The identifier with its brackets.
    public var wireForm: String { "<\(left)@\(right)>" }

    /// The same as ``wireForm``.
    public var description: String { wireForm }

    /// Reads the identifier from a single string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = MessageID(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a message identifier")
        }
        self = id
    }

    /// Writes ``wireForm`` as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wireForm)
    }

    private static func isDotAtom(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy(\.isAtext)
        }
    }
}
