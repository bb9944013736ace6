/// Cuts a pasted list into pieces and reads each.
struct AddressListScanner {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The pieces between separators, blanks taken off, empty ones left out.
    func pieces() -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            for segment in Self.split(line, at: UInt8(ascii: ";")) {
                result += Self.joiningNames(Self.split(segment, at: UInt8(ascii: ",")))
            }
        }
        return result
    }

    /// Splits outside quotes and comments; both end with the line, so that one stray quote spoils one line only.
    private static func split(_ line: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<UInt8>] {
        guard line.contains(separator) else {
            let piece = line.trimmed
            return piece.isEmpty ? [] : [piece]
        }
        var result: [ArraySlice<UInt8>] = []
        let lastQuote = line.lastIndex(of: UInt8(ascii: "\""))
        let lastParenthesis = line.lastIndex(of: UInt8(ascii: ")"))
        var start = line.startIndex
        var index = line.startIndex
        var isQuoted = false
        var depth = 0
        func close(at end: Int) {
            let piece = line[start..<end].trimmed
            if !piece.isEmpty { result.append(piece) }
        }
        while index < line.endIndex {
            let byte = line[index]
            if isQuoted {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isQuoted = false }
            } else if byte == UInt8(ascii: "\""), opensQuote(line, index), let lastQuote, lastQuote > index {
                isQuoted = true
            } else if byte == UInt8(ascii: "("), let lastParenthesis, lastParenthesis > index {
                depth += 1
            } else if byte == UInt8(ascii: ")"), depth > 0 {
                depth -= 1
            } else if byte == separator, depth == 0 {
                close(at: index)
                start = index + 1
            }
            index += 1
        }
        close(at: line.endIndex)
        return result
    }

    /// A quote opens at the start of a word only: `O"Brien` is a name with an odd character.
    private static func opensQuote(_ line: ArraySlice<UInt8>, _ index: Int) -> Bool {
        guard index > line.startIndex else { return true }
        let before = line[index - 1]
        return before.isBlank || before == UInt8(ascii: ",") || before == UInt8(ascii: ";")
            || before == UInt8(ascii: ":")
    }

    /// Outlook's `Last, First <a@b>`: pieces without an `@` belong to the name in front of the bracket that follows.
    private static func joiningNames(_ pieces: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
        guard pieces.count > 1 else { return pieces }
        var result: [ArraySlice<UInt8>] = []
        var pending: [ArraySlice<UInt8>] = []
        for piece in pieces {
            let hasAt = piece.contains(UInt8(ascii: "@"))
            if !hasAt {
                pending.append(piece)
            } else if !pending.isEmpty, piece.contains(UInt8(ascii: "<")), piece.first != UInt8(ascii: "\"") {
                result.append(ArraySlice((pending + [piece]).joined(separator: ", ".utf8)))
                pending = []
            } else {
                result += pending
                pending = []
                result.append(piece)
            }
        }
        return result + pending
    }

    /// Reads one piece: mostly one entry, several if addresses stand side by side with blanks between.
    static func entries(in piece: ArraySlice<UInt8>) -> [AddressList.Entry] {
        var (rest, comment) = withoutComments(piece)
        rest = withoutLabel(rest)
        guard !rest.isEmpty else { return [mistake(piece, .missingAt)] }
        if rest.last == UInt8(ascii: ">") {
            guard let open = rest.lastIndex(of: UInt8(ascii: "<")) else { return [mistake(piece, .angleBracket)] }
            let inner = rest[(open + 1)..<(rest.endIndex - 1)].trimmed
            let name = self.name(rest[..<open].trimmed)
            return [read(inner, name: name ?? comment, piece: piece)]
        }
        if rest.contains(UInt8(ascii: "<")) || rest.contains(UInt8(ascii: ">")) {
            return [mistake(piece, .angleBracket)]
        }
        if rest.first == UInt8(ascii: "\"") { return [read(rest, name: comment, piece: piece)] }
        let words = rest.split(whereSeparator: { $0.isBlank })
        if words.count < 2 { return [read(rest, name: comment, piece: piece)] }
        let hasAt = words.map { $0.contains(UInt8(ascii: "@")) }
        if hasAt.allSatisfy({ $0 }) { return words.map { read($0, name: nil, piece: $0) } }
        if let last = words.last, hasAt.lastIndex(of: true) == words.count - 1,
            hasAt.firstIndex(of: true) == words.count - 1
        {
            return [read(last, name: self.name(rest[..<last.startIndex].trimmed), piece: piece)]
        }
        return [mistake(piece, hasAt.contains(true) ? .blank : .missingAt)]
    }

    private static func read(
        _ address: ArraySlice<UInt8>, name: String?, piece: ArraySlice<UInt8>
    ) -> AddressList.Entry {
        var text = address
        // Outlook wraps addresses in apostrophes when it knows no name.
        if text.count > 2, text.first == UInt8(ascii: "'"), text.last == UInt8(ascii: "'") {
            text = text.dropFirst().dropLast()
        }
        if text.count > 7, text.prefix(7).map(\.asciiLowercased) == Array("mailto:".utf8) { text = text.dropFirst(7) }
        do throws(AddressError) {
            let parsed = try EmailAddress(parsing: text.asText)
            // A name that only repeats the address says nothing.
            let isEcho = name?.lowercased() == parsed.comparisonKey || name?.lowercased() == text.asText.lowercased()
            return .mailbox(Mailbox(name: isEcho ? nil : name, address: parsed))
        } catch {
            return mistake(piece, error)
        }
    }

    private static func mistake(_ piece: ArraySlice<UInt8>, _ error: AddressError) -> AddressList.Entry {
        .mistake(AddressList.Mistake(text: String(piece.prefix(2_048).asText.prefix(320)), error: error))
    }

    /// The name without quotes, escapes and apostrophes around it.
    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        var bytes = bytes
        if bytes.count >= 2, let first = bytes.first, first == bytes.last,
            first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
        {
            bytes = bytes.dropFirst().dropLast()
        }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            result.append(byte)
        }
        let text = HeaderText(cleaning: EncodedWord.decode(result.asText)).value
        return text.isEmpty ? nil : text
    }

    /// Takes out `(comments)` outside quotes; the last one serves as name (RFC 822's `a@b (Anna)`).
    private static func withoutComments(_ piece: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, String?) {
        let open = UInt8(ascii: "(")
        let close = UInt8(ascii: ")")
        guard piece.contains(open), let lastClose = piece.lastIndex(of: close) else { return (piece, nil) }
        // In front of a bracketed address parentheses are part of the name: `Anna (Einkauf) <a@b>`.
        if let bracket = piece.lastIndex(of: UInt8(ascii: "<")), piece.last == UInt8(ascii: ">"), lastClose < bracket {
            return (piece, nil)
        }
        var kept: [UInt8] = []
        var comment: [UInt8] = []
        var depth = 0
        var isQuoted = false
        for (index, byte) in zip(piece.indices, piece) {
            if depth == 0, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, byte == open, index < lastClose {
                if depth == 0 { comment = [] }
                depth += 1
                if depth == 1 { continue }
            }
            if depth > 0, byte == close {
                depth -= 1
                if depth == 0 { continue }
            }
            if depth > 0 { comment.append(byte) } else { kept.append(byte) }
        }
        return (kept.trimmed, name(comment.trimmed))
    }

    /// Takes off a label in one word such as `An:` or the name of a group.
    private static func withoutLabel(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let colon = piece.firstIndex(of: UInt8(ascii: ":")), colon > piece.startIndex else { return piece }
        let label = piece[..<colon]
        guard label.allSatisfy({ $0.isASCIILetterOrDigit || $0 >= 0x80 || $0 == UInt8(ascii: "-") }),
            label.map(\.asciiLowercased) != Array("mailto".utf8)
        else { return piece }
        return piece[(colon + 1)...].trimmed
    }
}
