import CZlib

/// Walks the chunks of a PNG (third edition, W3C 2025) and keeps those that make the picture.
struct PNGReader {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private struct Chunk {
        let type: String
        /// Length, type, data and check sum.
        let whole: ArraySlice<UInt8>
        let data: ArraySlice<UInt8>
    }

    private struct Header {
        let width: Int
        let height: Int
        let depth: Int
        let colour: UInt8
        let isInterlaced: Bool

        var channels: Int {
            switch colour {
            case 2: 3
            case 4: 2
            case 6: 4
            default: 1
            }
        }

        /// The octets of a row of so many pixels, with the one that names its filter; none if there is no pixel.
        func row(_ pixels: Int) -> Int { pixels == 0 ? 0 : 1 + (pixels * channels * depth + 7) / 8 }

        /// How many octets the pixels are before they are packed (7.3, 8.1).
        var octets: Int {
            guard isInterlaced else { return row(width) * height }
            let passes = [
                (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
            ]
            return passes.reduce(0) { sum, pass in
                let (left, top, across, down) = pass
                return sum + row((width - left + across - 1) / across) * ((height - top + down - 1) / down)
            }
        }
    }

    private let octets: [UInt8]
    private let limits: StillImage.Limits
    private var position: Int

    init(_ octets: [UInt8], _ limits: StillImage.Limits) {
        self.octets = octets
        self.limits = limits
        position = Self.signature.count
    }

    mutating func image() throws(StillImage.Mistake) -> StillImage {
        let first = try chunk()
        guard first.type == "IHDR" else { throw .malformed }
        let header = try header(first.data)
        var kept = Self.signature + first.whole
        var seen: Set<String> = ["IHDR"]
        var hasData = false
        var isDataOver = false
        var pixels = PixelStream(expecting: header.octets)
        while true {
            let chunk = try chunk()
            if chunk.type == "IDAT" {
                guard !isDataOver, header.colour != 3 || seen.contains("PLTE") else { throw .malformed }
                hasData = true
                try pixels.take(chunk.data)
                kept += chunk.whole
                continue
            }
            isDataOver = hasData
            if chunk.type == "IEND" {
                guard hasData, chunk.data.isEmpty else { throw .malformed }
                kept += chunk.whole
                break
            }
            guard try keeps(chunk, header, isBeforeData: !hasData) else { continue }
            guard seen.insert(chunk.type).inserted else { throw .malformed }
            kept += chunk.whole
        }
        guard position == octets.count else { throw .trailingData }
        try pixels.finish()
        return StillImage(format: .png, width: header.width, height: header.height, octets: kept)
    }

    /// Whether a chunk is needed for the picture.
    private func keeps(_ chunk: Chunk, _ header: Header, isBeforeData: Bool) throws(StillImage.Mistake) -> Bool {
        let count = chunk.data.count
        switch chunk.type {
        case "PLTE":
            guard isBeforeData, count.isMultiple(of: 3), (3...768).contains(count), header.colour != 0,
                header.colour != 4
            else { throw .malformed }
            return true
        case "tRNS":
            guard isBeforeData else { throw .malformed }
            switch header.colour {
            case 0: guard count == 2 else { throw .malformed }
            case 2: guard count == 6 else { throw .malformed }
            case 3: guard (1...256).contains(count) else { throw .malformed }
            default: throw .malformed
            }
            return true
        // How bright and which colours: fixed sizes, nothing packed.
        case "sRGB": return try keeps(isBeforeData && count == 1)
        case "gAMA": return try keeps(isBeforeData && count == 4)
        case "cHRM": return try keeps(isBeforeData && count == 32)
        case "acTL", "fcTL", "fdAT": throw .animated
        default:
            // An upper-case first letter: the picture cannot be shown without it (5.4).
            guard chunk.type.utf8.first.map({ $0 & 0x20 != 0 }) == true else { throw .malformed }
            return false
        }
    }

    private func keeps(_ isRight: Bool) throws(StillImage.Mistake) -> Bool {
        guard isRight else { throw .malformed }
        return true
    }

    private func header(_ data: ArraySlice<UInt8>) throws(StillImage.Mistake) -> Header {
        let bytes = Array(data)
        guard bytes.count == 13 else { throw .malformed }
        let (width, height) = (Self.number(bytes[0..<4]), Self.number(bytes[4..<8]))
        guard width > 0, height > 0 else { throw .malformed }
        try limits.check(width: width, height: height)
        let depths: [UInt8: [UInt8]] = [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]]
        guard depths[bytes[9]]?.contains(bytes[8]) == true, bytes[10] == 0, bytes[11] == 0, bytes[12] <= 1 else {
            throw .malformed
        }
        return Header(
            width: width, height: height, depth: Int(bytes[8]), colour: bytes[9], isInterlaced: bytes[12] == 1)
    }

    private mutating func chunk() throws(StillImage.Mistake) -> Chunk {
        let start = position
        guard octets.count - start >= 12 else { throw .malformed }
        let length = Self.number(octets[start..<start + 4])
        guard length <= octets.count - start - 12 else { throw .malformed }
        let name = octets[start + 4..<start + 8]
        guard name.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }), name[start + 6] & 0x20 == 0 else {
            throw .malformed
        }
        let end = start + 12 + length
        let sum = octets[start + 4..<end - 4].withUnsafeBufferPointer {
            crc32(0, $0.baseAddress, UInt32(length + 4))
        }
        guard Int(sum) == Self.number(octets[end - 4..<end]) else { throw .malformed }
        position = end
        return Chunk(
            type: String(decoding: name, as: UTF8.self), whole: octets[start..<end],
            data: octets[start + 8..<end - 4])
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
