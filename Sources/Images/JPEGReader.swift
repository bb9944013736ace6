/// Walks the segments of a JPEG (ITU-T T.81) and keeps those that make the picture.
struct JPEGReader {
    /// More segments, and more passes over the picture, than any program writes; each pass costs a reader time.
    private static let mostSegments = 1_000
    private static let mostScans = 64

    private let octets: [UInt8]
    private let limits: StillImage.Limits
    private var position = 2
    private var size: (width: Int, height: Int)?
    private var kept: [UInt8] = [0xFF, 0xD8]
    private var scans = 0

    init(_ octets: [UInt8], _ limits: StillImage.Limits) {
        self.octets = octets
        self.limits = limits
    }

    mutating func image() throws(StillImage.Mistake) -> StillImage {
        for _ in 0..<Self.mostSegments {
            let marker = try marker()
            if marker == 0xD9 {
                guard let size, scans > 0 else { throw .malformed }
                guard position == octets.count else { throw .trailingData }
                return StillImage(
                    format: .jpeg, width: size.width, height: size.height, octets: kept + [0xFF, 0xD9])
            }
            try take(marker, try segment())
        }
        throw .uncommon
    }

    private mutating func take(_ marker: UInt8, _ data: ArraySlice<UInt8>) throws(StillImage.Mistake) {
        switch marker {
        case 0xC0, 0xC1, 0xC2: try frame(marker, data)
        // Lossless, hierarchical, arithmetic (B.1.1.3).
        case 0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCC, 0xCD...0xCF, 0xDC, 0xDE, 0xDF: throw .uncommon
        case 0xC4, 0xDB, 0xDD: keep(marker, data)
        case 0xDA: try scan(data)
        // The density without its thumbnail (T.871, 10.1).
        case 0xE0 where data.starts(with: Array("JFIF\0".utf8)):
            guard data.count >= 14 else { throw .malformed }
            keep(marker, data.prefix(12) + [0, 0])
        // How the colours are stored, without which some pictures come out in wrong ones (T.872, 6.5.3).
        case 0xEE where data.starts(with: Array("Adobe".utf8)) && data.count == 12: keep(marker, data)
        case 0xE0...0xEF, 0xFE: break
        default: throw .malformed
        }
    }

    /// The size and the colours (B.2.2).
    private mutating func frame(_ marker: UInt8, _ data: ArraySlice<UInt8>) throws(StillImage.Mistake) {
        let bytes = Array(data)
        guard size == nil, scans == 0, bytes.count >= 6, bytes.count == 6 + 3 * Int(bytes[5]) else { throw .malformed }
        guard bytes[0] == 8 else { throw .uncommon }
        let (height, width) = (Int(bytes[1]) << 8 | Int(bytes[2]), Int(bytes[3]) << 8 | Int(bytes[4]))
        // A height that comes later (B.2.5) is none that could be checked.
        guard width > 0, height > 0 else { throw .uncommon }
        try limits.check(width: width, height: height)
        switch bytes[5] {
        case 1, 3: break
        case 4: throw .printColours
        default: throw .uncommon
        }
        for component in 0..<Int(bytes[5]) {
            let sampling = bytes[7 + 3 * component]
            guard (1...4).contains(sampling >> 4), (1...4).contains(sampling & 15) else { throw .malformed }
        }
        size = (width, height)
        keep(marker, data)
    }

    /// The packed pixels of one pass: they end where a marker begins that is none of theirs (B.1.1.5).
    private mutating func scan(_ data: ArraySlice<UInt8>) throws(StillImage.Mistake) {
        scans += 1
        guard size != nil, data.count >= 6 else { throw .malformed }
        guard scans <= Self.mostScans else { throw .uncommon }
        keep(0xDA, data)
        let start = position
        while position + 1 < octets.count {
            if octets[position] == 0xFF {
                let next = octets[position + 1]
                if next != 0, !(0xD0...0xD7).contains(next), next != 0xFF { break }
            }
            position += 1
        }
        guard position + 1 < octets.count, position > start else { throw .malformed }
        kept += octets[start..<position]
    }

    private mutating func marker() throws(StillImage.Mistake) -> UInt8 {
        guard position + 1 < octets.count, octets[position] == 0xFF else { throw .malformed }
        // Any number of fill octets may stand before a marker (B.1.1.2).
        while position < octets.count, octets[position] == 0xFF { position += 1 }
        guard position < octets.count else { throw .malformed }
        defer { position += 1 }
        return octets[position]
    }

    /// What stands behind a marker, without its length.
    private mutating func segment() throws(StillImage.Mistake) -> ArraySlice<UInt8> {
        guard position + 2 <= octets.count else { throw .malformed }
        let length = Int(octets[position]) << 8 | Int(octets[position + 1])
        guard length >= 2, position + length <= octets.count else { throw .malformed }
        defer { position += length }
        return octets[position + 2..<position + length]
    }

    private mutating func keep(_ marker: UInt8, _ data: ArraySlice<UInt8>) {
        let length = data.count + 2
        kept += [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + data
    }
}
