/// The size of a QR code and how its codewords are cut into blocks, for error correction level M
/// (ISO/IEC 18004, tables 7 and 9).
struct QRVersion: Sendable {
    let number: Int
    /// Error correction codewords of each block.
    let correction: Int
    /// Data codewords of each block.
    let blocks: [Int]
    /// Rows and columns of the centres of alignment patterns (annex E).
    let alignment: [Int]

    /// Modules on each side.
    var size: Int { 17 + 4 * number }
    /// Codewords for data.
    var dataCount: Int { blocks.reduce(0, +) }
    /// Bits that tell how many octets come.
    var countBits: Int { number < 10 ? 8 : 16 }
    /// The most octets that fit.
    var capacity: Int { (dataCount * 8 - 4 - countBits) / 8 }

    /// Versions 1 to 15, smallest first.
    static let all: [QRVersion] = [
        QRVersion(1, 10, [(1, 16)], []),
        QRVersion(2, 16, [(1, 28)], [6, 18]),
        QRVersion(3, 26, [(1, 44)], [6, 22]),
        QRVersion(4, 18, [(2, 32)], [6, 26]),
        QRVersion(5, 24, [(2, 43)], [6, 30]),
        QRVersion(6, 16, [(4, 27)], [6, 34]),
        QRVersion(7, 18, [(4, 31)], [6, 22, 38]),
        QRVersion(8, 22, [(2, 38), (2, 39)], [6, 24, 42]),
        QRVersion(9, 22, [(3, 36), (2, 37)], [6, 26, 46]),
        QRVersion(10, 26, [(4, 43), (1, 44)], [6, 28, 50]),
        QRVersion(11, 30, [(1, 50), (4, 51)], [6, 30, 54]),
        QRVersion(12, 22, [(6, 36), (2, 37)], [6, 32, 58]),
        QRVersion(13, 22, [(8, 37), (1, 38)], [6, 34, 62]),
        QRVersion(14, 24, [(4, 40), (5, 41)], [6, 26, 46, 66]),
        QRVersion(15, 24, [(5, 41), (5, 42)], [6, 26, 48, 70]),
    ]

    private init(_ number: Int, _ correction: Int, _ groups: [(count: Int, size: Int)], _ alignment: [Int]) {
        self.number = number
        self.correction = correction
        blocks = groups.flatMap { Array(repeating: $0.size, count: $0.count) }
        self.alignment = alignment
    }
}
