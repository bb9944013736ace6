import Foundation

/// A report's text for people: as lines, cut where the mail that came back begins.
struct ReportText {
    /// No honest report explains itself in more.
    private static let mostLines = 2_000
    private static let longestLine = 2_000

    /// The lines before the mail that came back.
    let lines: [String]
    /// What stands behind, as far as it was read.
    let returned: [String]

    init(_ text: String) {
        var lines: [String] = []
        for line in Self.lines(of: text, atMost: Self.mostLines).prefix(Self.mostLines) {
            lines.append(String(line.utf8.count > Self.longestLine ? line.prefix(Self.longestLine) : line))
        }
        let cut = Self.beginningOfReturnedMail(lines)
        self.lines = Array(lines[..<cut])
        returned = Array(lines[cut...])
    }

    /// Lines, whether they end with CRLF or LF; what is beyond the number is in the last one.
    static func lines(of text: String, atMost most: Int) -> [Substring] {
        // CRLF is one character of a text, so that splitting at LF would not find it.
        text.split(maxSplits: most, omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }

    private static let markers = [
        "below this line is a copy of the message", "this is a copy of the message", "this is a copy of your message",
        "original message follows", "original message header", "original message headers", "message header follows",
        "undelivered message follows", "returned message", "message headers follow", "original message -",
        "- original message", "returned mail follows", "unsent message", "rejected message", "original mail -",
        "the header of the original message", "the body of the message is", "message contents follow",
        "header of the message", "your original message", "the following is a copy of", "copy of your message",
        "headers follow", "undeliverable message", "text of your message", "your message is returned", "begin message",
        "the original message was received", "- ursprungliche nachricht", "- ursprüngliche nachricht",
        "message follows", "received: from", "return-path: <",
    ]

    private static func beginningOfReturnedMail(_ lines: [String]) -> Int {
        var seenWords = false
        for (index, line) in lines.enumerated() {
            let folded = line.lowercased()
            let isRule =
                folded.contains("--") || folded.contains("==") || folded.contains("__") || folded.hasSuffix(":")
            let isHeader = folded.hasPrefix("received: ") || folded.hasPrefix("return-path: <")
            // Sendmail says first of all when the mail was received; that is not the mail itself.
            let isAnnounced =
                isRule && !folded.contains("was received") && markers.contains { strstr(folded, $0) != nil }
            if seenWords, isHeader || isAnnounced { return index }
            if !folded.trimmingCharacters(in: .whitespaces).isEmpty { seenWords = true }
        }
        return lines.count
    }

    /// HTML as text: elements become blanks, those that stand on lines of their own become line ends.
    static func text(ofHTML html: String) -> String {
        var result: [UInt8] = []
        var bytes = Array(html.utf8.prefix(1 << 18))[...]
        while let byte = bytes.first {
            if byte == UInt8(ascii: "<") {
                let end = bytes.firstIndex(of: UInt8(ascii: ">")) ?? bytes.endIndex - 1
                let name = bytes[(bytes.startIndex + 1)...end].prefix { $0 != 0x20 && $0 != 0x3E && $0 != 0x0A }
                    .map(\.asciiLowercased).asText.replacing("/", with: "")
                bytes = bytes[(end + 1)...]
                if name == "style" || name == "script" {
                    let close = Array("</\(name)".utf8)
                    while !bytes.isEmpty, !bytes.prefix(close.count).map(\.asciiLowercased).elementsEqual(close) {
                        bytes = bytes.dropFirst()
                    }
                }
                let isBlock = ["br", "p", "div", "tr", "td", "li", "h1", "h2", "h3", "pre", "table"].contains(name)
                result.append(isBlock ? 0x0A : 0x20)
            } else {
                result.append(byte == 0x0D ? 0x20 : byte)
                bytes = bytes.dropFirst()
            }
        }
        var text = result.asText
        for (entity, character) in [
            ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ] {
            text = text.replacing(entity, with: character)
        }
        return text
    }

    /// Words of others on one line that can be shown: control characters gone, blanks single, at most 1,000 characters.
    static func shown(_ text: String) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < 1_000 else { break }
            if scalar.isControl || scalar.isInvisibleFormat || scalar == " " {
                if !result.isEmpty, result.last != " " {
                    result.append(" ")
                    count += 1
                }
            } else {
                result.unicodeScalars.append(scalar)
                count += 1
            }
        }
        return result.trimmingCharacters(in: .whitespaces)
    }
}
