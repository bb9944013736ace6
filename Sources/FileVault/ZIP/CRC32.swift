/// The CRC-32 of ZIP files (APPNOTE 4.4.7; the polynomial of IEEE 802.3), sixteen octets at a time.
public struct CRC32: Sendable, Hashable {
    private static let tables = makeTables()

    private var state: UInt32 = 0xFFFF_FFFF

    /// Begins with nothing.
    public init() {}

    /// The checksum of everything so far.
    public var value: UInt32 { ~state }

    /// Takes more octets.
    ///
    /// - Parameter bytes: the next octets.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        Self.tables.withUnsafeBufferPointer { table in
            var index = 0
            let count = bytes.count
            while count - index >= 16 {
                let a = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)) ^ crc
                let b = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self))
                let c = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt32.self))
                let d = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 12, as: UInt32.self))
                crc =
                    Self.four(table, 12, a) ^ Self.four(table, 8, b) ^ Self.four(table, 4, c) ^ Self.four(table, 0, d)
                index += 16
            }
            while index < count {
                crc = table[Int((crc ^ UInt32(bytes[index])) & 0xFF)] ^ (crc >> 8)
                index += 1
            }
        }
        state = crc
    }

    /// Takes more octets.
    ///
    /// - Parameter bytes: the next octets.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    @inline(__always)
    private static func four(_ table: UnsafeBufferPointer<UInt32>, _ first: Int, _ word: UInt32) -> UInt32 {
        table[(first + 3) << 8 + Int(word & 0xFF)] ^ table[(first + 2) << 8 + Int(word >> 8 & 0xFF)]
            ^ table[(first + 1) << 8 + Int(word >> 16 & 0xFF)] ^ table[first << 8 + Int(word >> 24)]
    }

    /// Table `n` advances an octet over `n` octets of zeros behind it.
    private static func makeTables() -> [UInt32] {
        var tables = [UInt32](repeating: 0, count: 16 * 256)
        for index in 0..<256 {
            var crc = UInt32(index)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
            tables[index] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 0xFF)] ^ (previous >> 8)
        }
        return tables
    }
}
