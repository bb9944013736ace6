import CZlib

/// The one file of a ZIP archive, by its central directory (PKWARE's APPNOTE, 4.3); no archive in parts, no ZIP64.
struct ZIPReader {
    private struct Entry {
        let flags: Int
        let method: Int
        let checkSum: UInt32
        let packedSize: Int
        let size: Int
        let header: Int
        let name: ArraySlice<UInt8>
    }

    private let octets: [UInt8]
    private let entry: Entry

    init(_ octets: [UInt8], limits: Unpacker.Limits) throws(Unpacker.Failure) {
        self.octets = octets
        let entries = try Self.entries(octets, most: limits.entries)
        // An archive of a report holds one file; what desktop programs add is passed over.
        let files = entries.filter { $0.name.last != UInt8(ascii: "/") && !$0.name.starts(with: "__MACOSX/".utf8) }
        guard let entry = files.first(where: { $0.name.asText.lowercased().hasSuffix(".xml") }) ?? files.first else {
            throw .empty
        }
        self.entry = entry
    }

    func content(most: Inflation.Most) throws(Unpacker.Failure) -> [UInt8] {
        guard entry.flags & 1 == 0 else { throw .unsupported }
        try most.check(entry.size)
        let start = entry.header
        guard start + 30 <= octets.count, Self.number(octets, start, 4) == 0x0403_4B50 else { throw .malformed }
        let data = start + 30 + Self.number(octets, start + 26, 2) + Self.number(octets, start + 28, 2)
        guard data <= octets.count, entry.packedSize <= octets.count - data else { throw .malformed }
        let packed = octets[data..<(data + entry.packedSize)]
        var content: [UInt8] = []
        switch entry.method {
        case 0: content = Array(packed)
        case 8:
            let used = try Inflation.inflate(packed, as: .none, into: &content, most: most)
            guard used == packed.count else { throw .untrue }
        default: throw .unsupported
        }
        guard content.count == entry.size, Self.checkSum(content) == entry.checkSum else { throw .untrue }
        return content
    }

    private static func entries(_ octets: [UInt8], most: Int) throws(Unpacker.Failure) -> [Entry] {
        guard octets.count >= 22 else { throw .malformed }
        // The end of the directory is the last thing but a comment of at most 65,535 octets.
        let earliest = max(0, octets.count - 22 - 65_535)
        guard
            let end = stride(from: octets.count - 22, through: earliest, by: -1).first(where: {
                octets[$0] == 0x50 && number(octets, $0, 4) == 0x0605_4B50
                    && $0 + 22 + number(octets, $0 + 20, 2) == octets.count
            })
        else { throw .malformed }
        let count = number(octets, end + 10, 2)
        var place = number(octets, end + 16, 4)
        guard count != 0xFFFF, place != 0xFFFF_FFFF else { throw .unsupported }
        guard count <= most else { throw .tooLarge }
        var entries: [Entry] = []
        for _ in 0..<count {
            guard place + 46 <= end, number(octets, place, 4) == 0x0201_4B50 else { throw .malformed }
            let nameEnd = place + 46 + number(octets, place + 28, 2)
            let next = nameEnd + number(octets, place + 30, 2) + number(octets, place + 32, 2)
            guard next <= end else { throw .malformed }
            entries.append(
                Entry(
                    flags: number(octets, place + 8, 2), method: number(octets, place + 10, 2),
                    checkSum: UInt32(number(octets, place + 16, 4)), packedSize: number(octets, place + 20, 4),
                    size: number(octets, place + 24, 4), header: number(octets, place + 42, 4),
                    name: octets[(place + 46)..<nameEnd]))
            place = next
        }
        return entries
    }

    /// A number of at most four octets, the lowest first.
    private static func number(_ octets: [UInt8], _ start: Int, _ count: Int) -> Int {
        guard start >= 0, start + count <= octets.count else { return 0 }
        return (0..<count).reduce(0) { $0 | Int(octets[start + $1]) << (8 * $1) }
    }

    private static func checkSum(_ content: [UInt8]) -> UInt32 {
        content.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32(clamping: $0.count))) }
    }
}
