/// A message as a page shows it: paragraphs, with the addresses of web pages as links.
struct MessageText: Sendable, Equatable {
    /// A piece of a paragraph: a link, or words.
    struct Part: Sendable, Equatable {
        let text: String
        let href: String?
    }

    /// What stands between two empty lines; its line ends are kept.
    struct Paragraph: Sendable, Equatable {
        let parts: [Part]
    }

    let paragraphs: [Paragraph]

    /// Reads plain text with `\n` at the ends of lines.
    init(_ message: String) {
        var paragraphs: [[Substring]] = [[]]
        for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) {
                if paragraphs.last?.isEmpty == false { paragraphs.append([]) }
            } else {
                paragraphs[paragraphs.count - 1].append(line)
            }
        }
        self.paragraphs = paragraphs.filter { !$0.isEmpty }.map { lines in
            Paragraph(parts: Self.parts(of: lines.joined(separator: "\n")))
        }
    }

    /// Splits at web addresses.
    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var words = ""
        var rest = text[...]
        while let start = nextAddress(in: rest) {
            let end = rest[start...].firstIndex { $0.isWhitespace || "<>\"“”„«»".contains($0) } ?? rest.endIndex
            let address = withoutPunctuation(rest[start..<end])
            words += rest[..<start]
            if let link = SafeLink(String(address)) {
                if !words.isEmpty { parts.append(Part(text: words, href: nil)) }
                words = ""
                parts.append(Part(text: link.text, href: link.text))
            } else {
                words += address
            }
            rest = rest[address.endIndex...]
        }
        words += rest
        if !words.isEmpty { parts.append(Part(text: words, href: nil)) }
        return parts
    }

    /// Where the next address begins, not in the middle of a word.
    private static func nextAddress(in text: Substring) -> Substring.Index? {
        var from = text.startIndex
        while from < text.endIndex, let mark = text[from...].firstRange(of: "://") {
            for scheme in ["https", "http"] {
                guard
                    let start = text.index(mark.lowerBound, offsetBy: -scheme.count, limitedBy: from),
                    text[start..<mark.lowerBound].lowercased() == scheme
                else { continue }
                let before = start > text.startIndex ? text[text.index(before: start)] : " "
                if !before.isLetter, !before.isNumber { return start }
            }
            from = mark.upperBound
        }
        return nil
    }

    /// What ends a sentence does not belong to an address; a closing bracket only if it was opened in it.
    private static func withoutPunctuation(_ address: Substring) -> Substring {
        var address = address
        while let last = address.last {
            if ".,;:!?'*_".contains(last) || (last == ")" && !address.contains("("))
                || (last == "]" && !address.contains("["))
            {
                address.removeLast()
            } else {
                break
            }
        }
        return address
    }
}
