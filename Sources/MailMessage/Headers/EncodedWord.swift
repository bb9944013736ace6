/// Header text beyond ASCII (RFC 2047).
public enum EncodedWord {
    /// RFC 2047, 2: an encoded word has at most 75 characters.
    static let limit = 75
    private static let prefixCount = "=?UTF-8?B?".utf8.count + "?=".utf8.count

    /// Text as encoded words, each at most 75 characters, never splitting a character between two.
    ///
    /// - Parameter used: how many columns of the first line are taken, so that the first word fits beside the name.
    static func words(_ text: String, used: Int) -> [String] {
        let usesBase64 = prefersBase64(text)
        var result: [String] = []
        var room = min(limit, max(prefixCount + 16, 76 - used)) - prefixCount
        var chunk: [UInt8] = []
        var cost = 0
        func flush() {
            let payload = usesBase64 ? Base64.encode(chunk).asText : chunk.flatMap(quoted).asText
            result.append("=?UTF-8?\(usesBase64 ? "B" : "Q")?\(payload)?=")
            chunk = []
            cost = 0
            room = limit - prefixCount
        }
        for unit in units(of: text) {
            let unitCost = usesBase64 ? unit.count : unit.reduce(0) { $0 + quoted($1).count }
            let total = usesBase64 ? (chunk.count + unit.count + 2) / 3 * 4 : cost + unitCost
            if total > room, !chunk.isEmpty { flush() }
            chunk += unit
            cost += unitCost
        }
        if !chunk.isEmpty || result.isEmpty { flush() }
        return result
    }

    /// Whether text must be encoded to come back as it is: beyond ASCII, like an encoded word itself, or with blanks
    /// where folding would change them.
    static func isNeeded(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        if first.isBlank || last.isBlank { return true }
        var run = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte < 0x20 || byte > 0x7E { return true }
            if previous == UInt8(ascii: "="), byte == UInt8(ascii: "?") { return true }
            if byte == 0x20, previous == 0x20 { return true }
            run = byte == 0x20 ? 0 : run + 1
            // A word that cannot be folded must not make a line too long.
            if run > 60 { return true }
            previous = byte
        }
        return false
    }

    /// The text behind encoded words in a header; what is none, or is malformed, stays as it is.
    ///
    /// Blanks between two encoded words are dropped, and bytes of adjacent words in one charset are put together first,
    /// because many senders split characters.
    public static func decode(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        let bytes = Array(text.utf8)
        var result = ""
        var plainStart = 0
        var index = 0
        var pending: (charset: String, bytes: [UInt8])?
        func flushWord() {
            if let word = pending { result += Charset.decode(word.bytes, named: word.charset) }
            pending = nil
        }
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "="), bytes[index + 1] == UInt8(ascii: "?"),
                let word = parse(bytes, at: index)
            else {
                index += 1
                continue
            }
            let between = bytes[plainStart..<index]
            let isBlankBetween = between.allSatisfy { $0.isBlank || $0 == 0x0D || $0 == 0x0A }
            if pending != nil, isBlankBetween {
                if pending?.charset != word.charset { flushWord() }
            } else {
                flushWord()
                result += between.asText
            }
            pending = (word.charset, (pending?.bytes ?? []) + word.bytes)
            index = word.end
            plainStart = index
        }
        flushWord()
        return result + bytes[plainStart...].asText
    }

    private static func parse(_ bytes: [UInt8], at start: Int) -> (charset: String, bytes: [UInt8], end: Int)? {
        let mark = UInt8(ascii: "?")
        // Tolerates words longer than the standard's 75, but looks no further than this.
        let window = bytes[start..<min(bytes.count, start + 1_000)]
        guard let charsetEnd = window[(start + 2)...].firstIndex(of: mark), charsetEnd + 2 < window.endIndex,
            window[charsetEnd + 2] == mark
        else { return nil }
        let payloadStart = charsetEnd + 3
        guard let payloadEnd = window[payloadStart...].firstIndex(of: mark), payloadEnd + 1 < window.endIndex,
            window[payloadEnd + 1] == UInt8(ascii: "=")
        else { return nil }
        let name = window[(start + 2)..<charsetEnd]
        let payload = window[payloadStart..<payloadEnd]
        guard !name.isEmpty, name.allSatisfy(\.isTokenCharacter), !payload.contains(where: \.isBlank) else {
            return nil
        }
        // RFC 2231, 5: a language may follow the charset.
        let charset = name.prefix { $0 != UInt8(ascii: "*") }.asText.lowercased()
        switch window[charsetEnd + 1].asciiLowercased {
        case UInt8(ascii: "b"): return (charset, Base64.decode(payload), payloadEnd + 2)
        case UInt8(ascii: "q"):
            let spaced = payload.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 }
            return (charset, QuotedPrintable.decodeEscapes(spaced[...]), payloadEnd + 2)
        default: return nil
        }
    }

    /// Characters as bytes; a character that is too big for one word goes by its scalars.
    private static func units(of text: String) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for character in text {
            let bytes = Array(String(character).utf8)
            if bytes.count <= 12 {
                result.append(bytes)
            } else {
                result += character.unicodeScalars.map { Array(String($0).utf8) }
            }
        }
        return result
    }

    private static func prefersBase64(_ text: String) -> Bool {
        let count = text.utf8.count
        let quotedCount = text.utf8.reduce(0) { $0 + (isSafe($1) || $1 == 0x20 ? 1 : 3) }
        // Words that can be read in the source are worth a few columns.
        return quotedCount > (count + 2) / 3 * 4 * 3 / 2
    }

    private static func quoted(_ byte: UInt8) -> [UInt8] {
        if byte == 0x20 { return [UInt8(ascii: "_")] }
        return isSafe(byte) ? [byte] : [UInt8(ascii: "=")] + byte.hexDigits
    }

    /// What may stand unescaped even in a display name (RFC 2047, 5 (3)).
    private static func isSafe(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
    }
}
