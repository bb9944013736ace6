/// Takes the words of an entry one after the other.
struct MasterFileReader {
    private let line: Int
    private let origin: DNSName
    private var words: ArraySlice<MasterFileEntry.Word>

    init(entry: MasterFileEntry, origin: DNSName) {
        line = entry.line
        self.origin = origin
        words = entry.words[...]
    }

    var isAtEnd: Bool { words.isEmpty }

    func failure(_ reason: String) -> MasterFileError { MasterFileError(line: line, reason: reason) }

    func end() throws(MasterFileError) {
        if let word = words.first { throw failure("\(word.text) is too much") }
    }

    mutating func skip() { words = words.dropFirst() }

    mutating func word() throws(MasterFileError) -> String {
        guard let word = words.popFirst() else { throw failure("the entry is too short") }
        return word.text
    }

    /// A number in decimal digits.
    mutating func number<Number: FixedWidthInteger>() throws(MasterFileError) -> Number {
        let text = try word()
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Number(text) else {
            throw failure("\(text) is no number from 0 to \(Number.max)")
        }
        return number
    }

    /// A name: `@` for the origin, beneath the origin without a final dot.
    mutating func name() throws(MasterFileError) -> DNSName {
        let text = try word()
        if text == "@" { return origin }
        guard let name = DNSName(text) else { throw failure("\(text) is no name") }
        // A dot at the end that is not itself escaped.
        let isAbsolute = text.hasSuffix(".") && text.dropLast().reversed().prefix { $0 == "\\" }.count % 2 == 0
        if isAbsolute { return name }
        guard let absolute = DNSName(labels: name.labels + origin.labels) else { throw failure("\(text) is too long") }
        return absolute
    }

    mutating func address(_ family: IPAddress.Family) throws(MasterFileError) -> IPAddress {
        let text = try word()
        guard let address = IPAddress(text), address.family == family else { throw failure("\(text) is no address") }
        return address
    }

    /// A character string: octets with their escapes resolved (RFC 1035, 5.1).
    mutating func string() throws(MasterFileError) -> [UInt8] {
        let text = Array(try word().utf8)
        var octets: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "\\") {
                octets.append(byte)
            } else if let (octet, length) = DNSName.escaped(rest) {
                octets.append(octet)
                rest = rest.dropFirst(length)
            } else {
                throw failure("an escape is wrong")
            }
        }
        guard octets.count <= 255 else { throw failure("a string has more than 255 octets") }
        return octets
    }

    /// All the rest as hexadecimal digits, which may be spread over several words.
    mutating func hexadecimal() throws(MasterFileError) -> [UInt8] {
        let digits = words.flatMap { $0.text.utf8 }
        words = []
        let values = digits.compactMap(Self.digit)
        guard values.count == digits.count, values.count % 2 == 0 else { throw failure("these are no whole octets") }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// Time to live and class in either order, then the type.
    mutating func ttlAndType() throws(MasterFileError) -> (ttl: UInt32?, type: DNSRecordType) {
        var ttl: UInt32?
        while true {
            let text = try word()
            if text.uppercased() == "IN" {
                continue
            } else if let number = UInt32(text), ttl == nil {
                ttl = number
            } else if let type = DNSRecordType(text) {
                return (ttl, type)
            } else {
                throw failure("\(text) is no known type")
            }
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
