/// A list of `tag=value` pairs as DKIM and DMARC write them (RFC 6376, 3.2; RFC 9989, 4.7).
public struct TagList: Sendable, Hashable {
    /// One pair.
    public struct Tag: Sendable, Hashable {
        /// The name, as it was written: names are case-sensitive.
        public let name: String
        /// The value without blanks and line ends around it; those within it stay. Octets beyond ASCII stay as they came.
        public let value: [UInt8]
        /// Where the value stands in the text that was read, without the blanks around it.
        public let range: Range<Int>
    }

    /// Why a text is no tag list.
    public enum Problem: Error, Sendable, Hashable, Codable {
        /// Something between two semicolons has no `=` or no proper name.
        case malformed
        /// A name stands there twice (RFC 6376, 3.2: the whole list is invalid).
        case duplicate(String)
        /// More pairs than any honest list has.
        case tooMany
    }

    /// The most pairs that are read.
    public static let maximumTags = 64

    /// The pairs in their order.
    public let tags: [Tag]

    /// Reads a list.
    ///
    /// - Parameter text: the octets; blanks, tabs and line ends may stand around names and values.
    /// - Throws: ``Problem``.
    public init(parsing text: some Collection<UInt8>) throws(Problem) {
        let text = Array(text)
        var tags: [Tag] = []
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: ";")) ?? text.count
            let section = Self.trimmed(text, start..<end)
            start = end + 1
            // One semicolon may stand at the end; further empty sections are tolerated.
            if section.isEmpty { continue }
            guard let equals = text[section].firstIndex(of: UInt8(ascii: "=")) else { throw .malformed }
            let name = text[Self.trimmed(text, section.lowerBound..<equals)]
            guard Self.isName(name) else { throw .malformed }
            let range = Self.trimmed(text, (equals + 1)..<section.upperBound)
            let tag = Tag(name: String(decoding: name, as: UTF8.self), value: Array(text[range]), range: range)
            guard !tags.contains(where: { $0.name == tag.name }) else { throw .duplicate(tag.name) }
            guard tags.count < Self.maximumTags else { throw .tooMany }
            tags.append(tag)
        }
        self.tags = tags
    }

    /// The value of a tag as text; `nil` if the tag is missing.
    public subscript(name: String) -> String? {
        tag(name).map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// A tag by its name.
    public func tag(_ name: String) -> Tag? { tags.first { $0.name == name } }

    /// ALPHA *ALNUMPUNC (RFC 6376, 3.2).
    private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        guard let first = name.first, isLetter(first) else { return false }
        return name.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func trimmed(_ text: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, isBlank(text[first]) { range = (first + 1)..<range.upperBound }
        while let last = range.last, isBlank(text[last]) { range = range.lowerBound..<last }
        return range
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
