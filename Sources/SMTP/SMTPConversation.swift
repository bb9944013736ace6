/// What client and server said to each other, for the administrator: credentials masked, content replaced by its size.
public struct SMTPConversation: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The most entries that are kept; what comes later is counted in ``omitted``.
    public static let maximumEntries = 400
    /// The most characters of an entry.
    public static let maximumEntryLength = 600

    /// The lines in order.
    public private(set) var entries: [Entry] = []
    /// How many further lines there were.
    public private(set) var omitted = 0

    /// Makes an empty conversation.
    public init() {}

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - text: The line, already masked. Control characters are replaced, overlong text is cut.
    ///   - side: Who said it.
    ///   - offset: Milliseconds since the connection was begun.
    public mutating func append(_ text: String, by side: Side, at offset: Int) {
        guard entries.count < Self.maximumEntries else {
            omitted += 1
            return
        }
        let safe = SMTPSafeText.shortened(SMTPSafeText.singleLine(text), to: Self.maximumEntryLength)
        entries.append(Entry(offset: offset, side: side, text: safe))
    }

    /// Adds all lines of another conversation.
    public mutating func append(contentsOf other: SMTPConversation) {
        for entry in other.entries { append(entry.text, by: entry.side, at: entry.offset) }
        omitted += other.omitted
    }

    /// One line each: milliseconds, `C:`, `S:` or `*`, text.
    public var description: String {
        var lines = entries.map { "\($0.offset) ms \($0.side.mark) \($0.text)" }
        if omitted > 0 { lines.append("(… \(omitted) more lines)") }
        return lines.joined(separator: "\n")
    }

    /// One line of a conversation.
    public struct Entry: Sendable, Hashable, Codable {
        /// Milliseconds since the connection was begun.
        public let offset: Int
        /// Who said it.
        public let side: Side
        /// What was said.
        public let text: String
    }

    /// Who said a line.
    public enum Side: String, Sendable, Hashable, Codable {
        /// We did.
        case client
        /// The server did.
        case server
        /// A remark, such as "connected" or the TLS version.
        case note

        var mark: String {
            switch self {
            case .client: "C:"
            case .server: "S:"
            case .note: "*"
            }
        }
    }
}
