/// Text that may stand in a header: one line, no control characters.
public struct HeaderText: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Why a text may not stand in a header. The raw value is a stable code.
    public enum Mistake: String, Error, Sendable {
        /// A carriage return, line feed or NUL: the sign of an attempt to add headers.
        case lineBreak = "line-break"
        /// More octets than the header may have.
        case tooLong = "too-long"
    }

    /// The text.
    public let value: String

    /// Refuses CR, LF and NUL, and more than `limit` octets of UTF-8; other control characters and the Unicode line
    /// separators become a space.
    public init(_ text: String, limit: Int = 998) throws(Mistake) {
        guard text.utf8.count <= limit else { throw .tooLong }
        if text.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0x00 }) { throw .lineBreak }
        self.init(cleaning: text)
    }

    /// Makes any text fit, for names of people and files: each run of control characters, line ends and spaces becomes
    /// one space, characters that turn or hide text are taken out, and so are spaces at the ends.
    public init(cleaning text: String) {
        var scalars = String.UnicodeScalarView()
        var isPendingSpace = false
        for scalar in text.unicodeScalars {
            if scalar.isInvisibleFormat { continue }
            if scalar.isControl || scalar == " " {
                isPendingSpace = !scalars.isEmpty
                continue
            }
            if isPendingSpace { scalars.append(" ") }
            isPendingSpace = false
            scalars.append(scalar)
        }
        value = String(scalars)
    }

    /// The text cut to at most so many octets, never inside a character; an ellipsis shows the cut.
    public func truncated(toOctets limit: Int) -> HeaderText {
        guard value.utf8.count > limit else { return self }
        let ellipsis = "…"
        var room = max(0, limit - ellipsis.utf8.count)
        var end = value.startIndex
        while end < value.endIndex {
            let next = value.index(after: end)
            let size = value[end..<next].utf8.count
            if size > room { break }
            room -= size
            end = next
        }
        return HeaderText(cleaning: value[..<end] + ellipsis)
    }

    /// The text.
    public var description: String { value }

    /// Reads a single string, refusing what ``init(_:limit:)`` refuses.
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self), limit: .max)
    }

    /// Writes a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
