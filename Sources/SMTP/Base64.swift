/// Base64 as SASL needs it (RFC 4648, 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ octets: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for octet in octets {
            bits = bits << 8 | UInt32(octet)
            count += 1
            if count == 3 {
                for shift in [18, 12, 6, 0] { result.append(alphabet[Int(bits >> UInt32(shift) & 63)]) }
                bits = 0
                count = 0
            }
        }
        if count > 0 {
            bits <<= UInt32(8 * (3 - count))
            result.append(alphabet[Int(bits >> 18 & 63)])
            result.append(alphabet[Int(bits >> 12 & 63)])
            result.append(count == 2 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
            result.append(UInt8(ascii: "="))
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// - Returns: nil if the text is not base64.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var octets = Array(text.utf8)
        guard octets.count.isMultiple(of: 4) else { return nil }
        while octets.last == UInt8(ascii: "="), octets.count % 4 != 2 { octets.removeLast() }
        for octet in octets {
            guard let value = alphabet.firstIndex(of: octet) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return result
    }
}
