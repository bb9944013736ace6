/// The header of a stranger's mail as it goes back to whom it came from (RFC 6522, 4): bounded, and nothing but fields.
struct ReturnedHeader {
    private static let mostOctets = 32_768
    private static let mostLines = 500

    let lines: [String]
    let messageID: MessageID?

    init(_ message: [UInt8]) {
        let (fields, _) = MessageHeaders.rawFields(Array(message.prefix(4 * Self.mostOctets)))
        var lines: [String] = []
        var octets = 0
        reading: for field in fields where Self.isField(field) {
            let own = field.split(separator: 0x0A).map(Self.cleaned).filter { line in line.contains { $0 != " " } }
            octets += own.reduce(0) { $0 + $1.utf8.count + 2 }
            guard octets <= Self.mostOctets, lines.count + own.count <= Self.mostLines else { break reading }
            lines += own
        }
        self.lines = lines
        messageID = MessageParser().parse(Array(message.prefix(Self.mostOctets))).messageID
    }

    /// Lines that are no fields could end the part; a name that begins as a boundary does, too.
    private static func isField(_ field: ArraySlice<UInt8>) -> Bool {
        guard let colon = field.firstIndex(of: UInt8(ascii: ":")), colon > field.startIndex else { return false }
        let name = field[..<colon]
        return name.first != UInt8(ascii: "-") && name.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func cleaned(_ line: ArraySlice<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for scalar in line.prefix(998).asText.unicodeScalars {
            if scalar.value == 0x0D { continue }
            text.append(scalar.isControl || scalar.isInvisibleFormat ? " " : scalar)
        }
        return String(text)
    }

    /// The third part of a report.
    var part: MIMEPart {
        // RFC 6522, 4: 7bit is enough for what a header should be; what is not comes in an encoding.
        if lines.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) { return .asciiLines(lines, type: .returnedHeader) }
        return .text(lines.joined(separator: "\n"), type: .returnedHeaderInUTF8)
    }
}
