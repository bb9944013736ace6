public import Foundation

/// A header field that is safe to write: made from typed values only, never from raw text.
public struct HeaderField: Sendable, Hashable {
    /// The name.
    public let name: HeaderName
    /// What may not be broken over lines; between two pieces stands a blank or a folded line.
    let pieces: [String]

    init(_ name: HeaderName, pieces: [String]) {
        self.name = name
        self.pieces = pieces
    }

    /// Free text, encoded by RFC 2047 where it must be.
    public init(_ name: HeaderName, text: HeaderText) {
        let used = name.text.utf8.count + 2
        let value = text.value
        let needsWords = EncodedWord.isNeeded(value)
        self.init(
            name,
            pieces: needsWords
                ? EncodedWord.words(value, used: used)
                : value.split(separator: " ").map(String.init))
    }

    /// A list of mailboxes (RFC 5322, 3.4).
    public init(_ name: HeaderName, mailboxes: [Mailbox]) {
        var pieces: [String] = []
        for (index, mailbox) in mailboxes.enumerated() {
            let comma = index + 1 < mailboxes.count ? "," : ""
            if let display = mailbox.name {
                pieces += Self.phrase(display, used: index == 0 ? name.text.utf8.count + 2 : 1)
                pieces.append("<\(mailbox.address.wireForm)>\(comma)")
            } else {
                pieces.append(mailbox.address.wireForm + comma)
            }
        }
        self.init(name, pieces: pieces)
    }

    /// A date (RFC 5322, 3.3); the offset is seconds east of UTC.
    public init(_ name: HeaderName, date: Date, utcOffset: Int = 0) {
        self.init(name, pieces: [HeaderDate.string(date, utcOffset: utcOffset)])
    }

    /// Message identifiers, as in Message-ID, In-Reply-To and References.
    public init(_ name: HeaderName, messageIDs: [MessageID]) {
        self.init(name, pieces: messageIDs.map(\.wireForm))
    }

    /// A fixed word of printable ASCII such as `auto-generated`; nil if it is something else.
    public init?(_ name: HeaderName, token: String) {
        let pieces = token.split(separator: " ").map(String.init)
        guard !pieces.isEmpty, token.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }),
            pieces.allSatisfy({ $0.utf8.count <= 900 })
        else { return nil }
        self.init(name, pieces: pieces)
    }

    /// Addresses of web pages or mailboxes in angle brackets (RFC 2369); nil if one has blanks, brackets or is not ASCII.
    public init?(_ name: HeaderName, links: [String]) {
        for link in links {
            guard (1...900).contains(link.utf8.count),
                link.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") })
            else { return nil }
        }
        guard !links.isEmpty else { return nil }
        self.init(
            name, pieces: links.enumerated().map { "<\($1)>" + ($0 + 1 < links.count ? "," : "") })
    }

    /// The value without folding.
    public var value: String { pieces.joined(separator: " ") }

    /// The field as it stands in the message, folded to lines of at most 76 characters where the pieces allow it, ended
    /// by CRLF (RFC 5322, 2.2.3).
    public var serialized: [UInt8] {
        var result = Array(name.text.utf8)
        result.append(UInt8(ascii: ":"))
        var column = result.count
        for (index, piece) in pieces.enumerated() {
            let size = piece.utf8.count
            // The first piece stays on the first line: a line of blanks only is obsolete syntax.
            if index > 0, column + 1 + size > 76 {
                result += [0x0D, 0x0A]
                column = 0
            }
            result.append(0x20)
            result += piece.utf8
            column += 1 + size
        }
        return result + [0x0D, 0x0A]
    }

    /// A display name: as it is if it is made of atoms, else quoted, else in encoded words (RFC 5322, 3.2.5).
    private static func phrase(_ name: String, used: Int) -> [String] {
        if EncodedWord.isNeeded(name) { return EncodedWord.words(name, used: used) }
        if name.utf8.allSatisfy({ $0.isAtext || $0 == 0x20 }) { return name.split(separator: " ").map(String.init) }
        // A long quoted name could not be folded without changing it.
        if name.utf8.count > 60 { return EncodedWord.words(name, used: used) }
        return [quotedString(name)]
    }

    static func quotedString(_ text: String) -> String {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { result.append(UInt8(ascii: "\\")) }
            result.append(byte)
        }
        return (result + [UInt8(ascii: "\"")]).asText
    }
}
