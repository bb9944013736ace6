/// Finds mail addresses in running text.
enum AddressScanner {
    /// An address and where it stands in the line's octets.
    struct Found {
        let address: EmailAddress
        let range: Range<Int>
    }

    /// All addresses in a line, in their order; at most 50.
    static func find(in line: String) -> [Found] {
        let bytes = Array(line.utf8)
        var found: [Found] = []
        var from = 0
        while found.count < 50, let at = bytes[from...].firstIndex(of: UInt8(ascii: "@")) {
            var start = at
            while start > from, isLocal(bytes[start - 1]), at - start < 64 { start -= 1 }
            // A quoted local part: everything back to the opening quote.
            if start == at, at > from + 1, bytes[at - 1] == UInt8(ascii: "\""),
                let open = bytes[from..<(at - 1)].lastIndex(of: UInt8(ascii: "\""))
            {
                start = open
            }
            var end = at + 1
            while end < bytes.count, isDomain(bytes[end]) { end += 1 }
            while end > at + 1, !bytes[end - 1].isASCIILetterOrDigit, bytes[end - 1] < 0x80 { end -= 1 }
            while start < at, let junk = bytes[start..<at].first, isJunk(junk) { start += 1 }
            var text = bytes[start..<end].asText
            if text.lowercased().hasPrefix("mailto:") { text.removeFirst(7) }
            if let address = try? EmailAddress(parsing: text) {
                found.append(Found(address: address, range: start..<end))
            }
            from = max(end, at + 1)
        }
        return found
    }

    private static func isLocal(_ byte: UInt8) -> Bool { byte.isAtext || byte == UInt8(ascii: ".") || byte >= 0x80 }
    private static func isDomain(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte >= 0x80
    }
    /// What stands before an address more often than in it.
    private static func isJunk(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "=")
            || byte == UInt8(ascii: "`") || byte == UInt8(ascii: "|")
    }
}
