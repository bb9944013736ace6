/// Text made safe for HTML, and a person's text taken apart into words and links.
enum Markup {
    enum Piece: Equatable {
        case text(String)
        case link(MailLink)
    }

    /// Text for content and for quoted attributes. Control characters other than line ends and tabs are left out.
    static func escape(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += "&amp;".utf8
            case UInt8(ascii: "<"): result += "&lt;".utf8
            case UInt8(ascii: ">"): result += "&gt;".utf8
            case UInt8(ascii: "\""): result += "&quot;".utf8
            case UInt8(ascii: "'"): result += "&#39;".utf8
            case 0x09, 0x0A: result.append(byte)
            case 0..<0x20, 0x7F: break
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A person's text with one kind of line end and without control characters.
    static func normalised(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0D, 0x2028, 0x2029, 0x85: result.append("\n")
            case 0x0A: if previous != "\r" { result.append("\n") }
            case 0x09: result.append(scalar)
            case 0..<0x20, 0x7F..<0xA0: break
            default: result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }

    /// Paragraphs (apart by empty lines) of lines, without empty ones at the ends.
    static func paragraphs(_ text: String) -> [[String]] {
        var result: [[String]] = []
        var current: [String] = []
        for line in normalised(text).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) {
                if !current.isEmpty { result.append(current) }
                current = []
            } else {
                current.append(String(line))
            }
        }
        if !current.isEmpty { result.append(current) }
        return result
    }

    /// The words and web addresses of a line.
    static func pieces(_ line: String) -> [Piece] {
        var result: [Piece] = []
        let bytes = Array(line.utf8)
        var textStart = 0
        var index = 0
        while index < bytes.count {
            guard isStart(bytes, index), index == 0 || !isWord(bytes[index - 1]) else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, isAddress(bytes[end]) { end += 1 }
            end = withoutPunctuation(bytes, index, end)
            if let link = MailLink(String(decoding: bytes[index..<end], as: UTF8.self)) {
                if textStart < index { result.append(.text(String(decoding: bytes[textStart..<index], as: UTF8.self))) }
                result.append(.link(link))
                textStart = end
                index = end
            } else {
                index += 1
            }
        }
        if textStart < bytes.count { result.append(.text(String(decoding: bytes[textStart...], as: UTF8.self))) }
        return result
    }

    private static func isStart(_ bytes: [UInt8], _ index: Int) -> Bool {
        let rest = bytes[index...].prefix(8).map { $0 | 0x20 }
        return rest.starts(with: "http://".utf8.map { $0 | 0x20 })
            || rest.starts(with: "https://".utf8.map { $0 | 0x20 })
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }

    private static func isAddress(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !Array("\"'<>\\^`{|}".utf8).contains(byte)
    }

    /// A sentence's full stop, and a bracket that was opened before the address, do not belong to it.
    private static func withoutPunctuation(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        var end = end
        while end > start {
            let last = bytes[end - 1]
            if Array(".,;:!?*".utf8).contains(last) {
                end -= 1
            } else if last == UInt8(ascii: ")"), !bytes[start..<end].contains(UInt8(ascii: "(")) {
                end -= 1
            } else {
                break
            }
        }
        return end
    }
}
