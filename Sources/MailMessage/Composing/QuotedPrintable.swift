/// Quoted-printable (RFC 2045, 6.7).
public enum QuotedPrintable {
    /// Text in lines of at most 76 characters, each ended by CRLF. Any line end in the text becomes CRLF.
    ///
    /// No character of more than one byte is split between lines; `From ` and a lone dot at the start of a line are
    /// escaped, because old relays change them (RFC 2049, 3).
    public static func encode(text: String) -> [UInt8] {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        result.reserveCapacity(bytes.count + bytes.count / 8)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex { $0 == 0x0D || $0 == 0x0A } ?? bytes.count
            encode(line: bytes[start..<end], into: &result)
            result += [0x0D, 0x0A]
            start = end + 1
            if end < bytes.count, bytes[end] == 0x0D, start < bytes.count, bytes[start] == 0x0A { start += 1 }
        }
        return result
    }

    private static func encode(line: ArraySlice<UInt8>, into result: inout [UInt8]) {
        var column = 0
        var index = line.startIndex
        while index < line.endIndex {
            let unitEnd = self.unitEnd(line, index)
            var unit: [UInt8] = []
            for position in index..<unitEnd {
                let byte = line[position]
                let isLast = position + 1 == line.endIndex
                if mustEscape(byte, isLast: isLast) || (column == 0 && startsBadly(line, position)) {
                    unit.append(UInt8(ascii: "="))
                    unit += byte.hexDigits
                } else {
                    unit.append(byte)
                }
            }
            // The last unit needs no room for the soft line break.
            if column + unit.count > (unitEnd == line.endIndex ? 76 : 75) {
                result += Array("=\r\n".utf8)
                column = 0
                // Seen from the new line the unit may start badly.
                if unit.count == 1, startsBadly(line, index) {
                    unit = [UInt8(ascii: "=")] + line[index].hexDigits
                }
            }
            result += unit
            column += unit.count
            index = unitEnd
        }
    }

    /// The end of the character that starts here: continuation bytes of UTF-8 stay with their first.
    private static func unitEnd(_ line: ArraySlice<UInt8>, _ index: Int) -> Int {
        var end = index + 1
        guard line[index] >= 0xC0 else { return end }
        while end < line.endIndex, end < index + 4, line[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func mustEscape(_ byte: UInt8, isLast: Bool) -> Bool {
        if byte.isBlank { return isLast }
        return byte < 0x21 || byte > 0x7E || byte == UInt8(ascii: "=")
    }

    private static func startsBadly(_ line: ArraySlice<UInt8>, _ index: Int) -> Bool {
        line[index] == UInt8(ascii: ".") || line[index...].starts(with: "From ".utf8)
    }

    /// The bytes behind quoted-printable. Malformed escapes stay as they are; blanks at line ends are dropped.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        let bytes = Array(text)
        result.reserveCapacity(bytes.count)
        var start = 0
        while start < bytes.count {
            let lineFeed = bytes[start...].firstIndex(of: 0x0A)
            var end = lineFeed ?? bytes.count
            let next = lineFeed.map { $0 + 1 } ?? bytes.count
            let hasReturn = lineFeed != nil && end > start && bytes[end - 1] == 0x0D
            if hasReturn { end -= 1 }
            while end > start, bytes[end - 1].isBlank { end -= 1 }
            if end > start, bytes[end - 1] == UInt8(ascii: "=") {
                result += decodeEscapes(bytes[start..<(end - 1)])
            } else {
                result += decodeEscapes(bytes[start..<end])
                if lineFeed != nil { result += hasReturn ? [0x0D, 0x0A] : [0x0A] }
            }
            start = next
        }
        return result
    }

    static func decodeEscapes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.endIndex, let high = bytes[index + 1].hexValue,
                let low = bytes[index + 2].hexValue
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
