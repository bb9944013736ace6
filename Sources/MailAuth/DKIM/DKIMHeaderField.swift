/// A header field as it stands in a message, with its folding.
struct DKIMHeaderField: Sendable, Hashable {
    /// Name and value with all line ends, each CR LF; the last one included.
    let raw: [UInt8]
    /// Where the colon stands.
    let colon: Int
    /// The name in lower case.
    let name: String

    /// A field from its lines; `nil` if it has no name (RFC 5322, 2.2).
    init?(raw: [UInt8]) {
        guard let colon = raw.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        var name = raw[..<colon]
        // RFC 5322, 4.5: blanks before the colon are obsolete, and still to be read.
        while let last = name.last, last == 0x20 || last == 0x09 { name.removeLast() }
        guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.raw = raw
        self.colon = colon
        self.name = String(decoding: name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// What stands behind the colon, without the last CR LF.
    var value: ArraySlice<UInt8> { raw[(colon + 1)..<(raw.count - (raw.suffix(2) == [0x0D, 0x0A] ? 2 : 0))] }

    /// The field in the form that is hashed, with its CR LF (RFC 6376, 3.4.1 and 3.4.2).
    func canonical(_ method: DKIMCanonicalization.Method) -> [UInt8] {
        switch method {
        case .simple: return raw.suffix(2) == [0x0D, 0x0A] ? raw : raw + [0x0D, 0x0A]
        case .relaxed:
            var result = Array(name.utf8)
            result.reserveCapacity(raw.count + 2)
            result.append(UInt8(ascii: ":"))
            var isBlank = false
            let start = result.count
            var index = colon + 1
            while index < raw.count {
                let byte = raw[index]
                index += 1
                switch byte {
                case 0x20, 0x09: isBlank = true
                // Unfolds: only the line ends that are followed by a blank, and the last, can stand here.
                case 0x0D where index < raw.count && raw[index] == 0x0A: index += 1
                default:
                    if isBlank, result.count > start { result.append(0x20) }
                    isBlank = false
                    result.append(byte)
                }
            }
            result += [0x0D, 0x0A]
            return result
        }
    }
}

/// The fields of a header, and which of them a signature covers.
struct DKIMHeader: Sendable {
    /// The fields from the top to the bottom.
    let fields: [DKIMHeaderField]
    /// Where the fields of each name stand.
    private let positions: [String: [Int]]

    init(fields: [DKIMHeaderField]) {
        self.fields = fields
        positions = Dictionary(grouping: fields.indices) { fields[$0].name }
    }

    /// How many fields of a name there are; the name in lower case.
    func count(_ name: String) -> Int { positions[name]?.count ?? 0 }

    /// The fields that a list of names (lower case) means: each further mention of a name is the next field above the
    /// one before, and nothing where there is none left (RFC 6376, 5.4.2).
    func selected(by names: [String]) -> [DKIMHeaderField] {
        var used: [String: Int] = [:]
        var result: [DKIMHeaderField] = []
        for name in names {
            guard let positions = positions[name] else { continue }
            let taken = used[name, default: 0]
            guard taken < positions.count else { continue }
            used[name] = taken + 1
            result.append(fields[positions[positions.count - 1 - taken]])
        }
        return result
    }
}
