/// Reed-Solomon error correction over GF(2^8) with the polynomial 0x11D (ISO/IEC 18004, annex A).
struct ReedSolomon: Sendable {
    /// The generator polynomial without its first coefficient, which is 1.
    private let generator: [UInt8]

    /// Prepares for a number of error correction codewords.
    init(count: Int) {
        var generator = [UInt8](repeating: 0, count: count)
        generator[count - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<count {
            for index in 0..<count {
                generator[index] = Self.multiply(generator[index], root)
                if index + 1 < count { generator[index] ^= generator[index + 1] }
            }
            root = Self.multiply(root, 2)
        }
        self.generator = generator
    }

    /// The error correction codewords of a block.
    func codewords(for data: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for octet in data {
            let factor = octet ^ remainder.removeFirst()
            remainder.append(0)
            for index in generator.indices { remainder[index] ^= Self.multiply(generator[index], factor) }
        }
        return remainder
    }

    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for bit in stride(from: 7, through: 0, by: -1) {
            product = (product << 1) ^ ((product >> 7) * 0x11D)
            product ^= (Int(right) >> bit & 1) * Int(left)
        }
        return UInt8(truncatingIfNeeded: product)
    }
}
