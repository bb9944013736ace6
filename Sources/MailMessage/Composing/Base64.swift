/// Base64 as mail uses it (RFC 2045, 6.8).
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()

    /// The bytes in base64 with padding, without line ends.
    public static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var iterator = bytes.makeIterator()
        while let first = iterator.next() {
            let second = iterator.next()
            let third = second == nil ? nil : iterator.next()
            let group = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            result.append(alphabet[Int(group >> 18)])
            result.append(alphabet[Int(group >> 12 & 63)])
            result.append(second == nil ? UInt8(ascii: "=") : alphabet[Int(group >> 6 & 63)])
            result.append(third == nil ? UInt8(ascii: "=") : alphabet[Int(group & 63)])
        }
        return result
    }

    /// The bytes in base64 in lines of 76 characters, each ended by CRLF.
    public static func encodeLines(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let flat = encode(bytes)
        var result: [UInt8] = []
        result.reserveCapacity(flat.count + flat.count / 38 + 2)
        var start = 0
        while start < flat.count {
            let end = min(start + 76, flat.count)
            result += flat[start..<end]
            result += [0x0D, 0x0A]
            start = end
        }
        return result
    }

    /// The bytes behind base64. Characters outside the alphabet are skipped (RFC 2045, 6.8), and padding ends a group,
    /// so that pieces encoded one by one decode too.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var bits = 0
        for byte in text {
            if byte == UInt8(ascii: "=") {
                group = 0
                bits = 0
                continue
            }
            let value = values[Int(byte)]
            if value == 0xFF { continue }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
                group &= (1 << UInt32(bits)) - 1
            }
        }
        return result
    }
}
