import Foundation

/// Base64 in tags: blanks and line ends may stand anywhere, padding may lack, nothing else is forgiven
/// (RFC 6376, 2.10 and 3.2).
enum DKIMBase64 {
    /// The octets behind a value; `nil` if it is no base64.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var packed = text.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        while packed.count % 4 != 0, packed.count % 4 != 1 { packed.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(packed)).map(Array.init)
    }

    /// The octets in base64 with padding.
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
