import CZlib

/// PNG files as honest and hostile people make them.
struct PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    var width: UInt32 = 64
    var height: UInt32 = 32
    var depth: UInt8 = 8
    var colour: UInt8 = 6
    var interlace: UInt8 = 0
    /// The octets of the pixels before they are packed; nil: as many as there must be.
    var pixels: Int?
    var before: [(String, [UInt8])] = []
    var after: [(String, [UInt8])] = []
    var tail: [UInt8] = []

    static func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let named = Array(type.utf8) + data
        let sum = named.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return big(UInt32(data.count)) + named + big(UInt32(sum))
    }

    /// Packed zeros: a megabyte of them is a kilobyte.
    static func packed(_ count: Int) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: count)
        var room = compressBound(UInt(count))
        var output = [UInt8](repeating: 0, count: Int(room))
        _ = zeros.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer {
                compress2($0.baseAddress, &room, input.baseAddress, UInt(count), 9)
            }
        }
        return Array(output.prefix(Int(room)))
    }

    var header: [UInt8] {
        Self.chunk("IHDR", Self.big(width) + Self.big(height) + [depth, colour, 0, 0, interlace])
    }

    private var expected: Int {
        let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(colour)] ?? 1
        return (1 + (Int(width) * channels * Int(depth) + 7) / 8) * Int(height)
    }

    var data: [UInt8] { Self.packed(pixels ?? expected) }

    var octets: [UInt8] {
        var octets = Self.signature + header
        for (type, data) in before { octets += Self.chunk(type, data) }
        octets += Self.chunk("IDAT", data)
        for (type, data) in after { octets += Self.chunk(type, data) }
        return octets + Self.chunk("IEND", []) + tail
    }
}
