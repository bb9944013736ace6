/// A QR code (ISO/IEC 18004) with error correction level M, for setting up an authenticator app without a foreign
/// service seeing the secret.
public struct QRCode: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Modules on each side, without the quiet zone.
    public let size: Int
    /// The modules row by row; true is dark.
    private var modules: [Bool]

    /// Encodes text as UTF-8 octets, in the smallest size that holds it.
    ///
    /// - Parameter text: at most 412 octets; nil comes back for more.
    public init?(_ text: String) {
        let candidates = (0..<8).compactMap { QRCode(octets: Array(text.utf8), mask: $0) }
        guard let best = candidates.min(by: { $0.penalty < $1.penalty }) else { return nil }
        self = best
    }

    /// Encodes octets with one of the eight masks.
    init?(octets: [UInt8], mask: Int) {
        guard let version = QRVersion.all.first(where: { $0.capacity >= octets.count }) else { return nil }
        size = version.size
        modules = Array(repeating: false, count: version.size * version.size)
        let reserved = drawPatterns(version)
        place(Self.codewords(octets, version), reserved: reserved, mask: mask)
        drawFormat(mask: mask)
    }

    /// Whether a module is dark.
    ///
    /// - Parameters:
    ///   - row: from 0, at the top.
    ///   - column: from 0, at the left.
    public subscript(row: Int, column: Int) -> Bool {
        get { modules[row * size + column] }
        set { modules[row * size + column] = newValue }
    }

    /// Says only how large it is: what it encodes may be a secret.
    public var description: String { "QRCode(\(size) × \(size))" }
    /// Shows no children, so that no dump contains what it encodes.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Modules on each side with the quiet zone of four around: the width and height of the view box for ``svgPath``.
    public var svgSize: Int { size + 8 }

    /// The dark modules as the data of an SVG path, in units of one module, with the quiet zone around.
    ///
    /// It holds only letters, digits, commas and minus signs, so it may stand in an attribute as it is. Show it dark on
    /// a light ground, also in a dark theme.
    public var svgPath: String {
        var path = ""
        for row in 0..<size {
            var column = 0
            while column < size {
                guard self[row, column] else {
                    column += 1
                    continue
                }
                let begin = column
                while column < size, self[row, column] { column += 1 }
                path += "M\(begin + 4),\(row + 4)h\(column - begin)v1h-\(column - begin)z"
            }
        }
        return path
    }

    /// Data and error correction codewords in the order in which they are placed (ISO/IEC 18004, 7.4 to 7.6).
    private static func codewords(_ octets: [UInt8], _ version: QRVersion) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for bit in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> bit & 1 == 1) }
        }
        append(0b0100, 4)
        append(octets.count, version.countBits)
        for octet in octets { append(Int(octet), 8) }
        append(0, min(4, version.dataCount * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var data = stride(from: 0, to: bits.count, by: 8).map { begin in
            bits[begin..<begin + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        var padding: UInt8 = 0xEC
        while data.count < version.dataCount {
            data.append(padding)
            padding ^= 0xEC ^ 0x11
        }

        let solomon = ReedSolomon(count: version.correction)
        var begin = 0
        let blocks = version.blocks.map { count in
            defer { begin += count }
            return Array(data[begin..<begin + count])
        }
        let corrections = blocks.map { solomon.codewords(for: $0) }
        var all: [UInt8] = []
        for index in 0..<(version.blocks.max() ?? 0) {
            for block in blocks where index < block.count { all.append(block[index]) }
        }
        for index in 0..<version.correction {
            for correction in corrections { all.append(correction[index]) }
        }
        return all
    }
}
