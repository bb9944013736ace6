/// The name of a folder as people write it, such as `INBOX` or `Archiv/Rückläufer`.
public struct IMAPFolderName: Sendable, Hashable {
    /// The name.
    public let text: String

    /// A name of 1 to 250 characters without control characters; nil otherwise.
    public init?(_ text: String) {
        guard (1...250).contains(text.count), text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            return nil
        }
        self.text = text
    }

    /// The name in modified UTF-7 (RFC 3501, 5.1.3), which all servers understand.
    public var wireForm: String {
        var result = ""
        var pending: [UInt8] = []
        func flush() {
            guard !pending.isEmpty else { return }
            let encoded = Base64Text.encode(pending).filter { $0 != "=" }.map { $0 == "/" ? "," : $0 }
            result += "&" + String(encoded) + "-"
            pending = []
        }
        for scalar in text.unicodeScalars {
            if (0x20...0x7E).contains(scalar.value) {
                flush()
                result += scalar == "&" ? "&-" : String(scalar)
            } else {
                for unit in String(scalar).utf16 { pending += [UInt8(unit >> 8), UInt8(unit & 255)] }
            }
        }
        flush()
        return result
    }
}

/// Base64 (RFC 4648, 4), for the few texts that this protocol needs in it.
enum Base64Text {
    static func encode(_ octets: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var result = ""
        var index = 0
        while index < octets.count {
            let group = octets[index..<min(index + 3, octets.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                result.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
            }
            index += 3
        }
        return result
    }
}
