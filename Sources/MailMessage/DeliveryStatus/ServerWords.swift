/// What a server said, and the codes in it.
struct ServerWords {
    let text: String
    /// The enhanced status code in the words; one that is not `x.0.0` is preferred.
    let status: EnhancedStatusCode?
    /// The SMTP reply code in the words, 400 to 599.
    let code: Int?

    init(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8.prefix(8_000))
        var status: EnhancedStatusCode?
        var code: Int?
        var index = 0
        while index < bytes.count {
            guard bytes[index].isASCIIDigit else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, bytes[index].isASCIIDigit || bytes[index] == UInt8(ascii: ".") { index += 1 }
            var end = index
            while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
            let before = start > 0 ? bytes[start - 1] : 0x20
            let after = end < bytes.count ? bytes[end] : 0x20
            guard !before.isASCIILetterOrDigit, before < 0x80, before != UInt8(ascii: "."), before != UInt8(ascii: "["),
                !after.isASCIILetterOrDigit, after != UInt8(ascii: "@")
            else { continue }
            let word = bytes[start..<end].asText
            if let found = EnhancedStatusCode(word), found.severity != 2, found.subject <= 7 {
                if status == nil || (status?.isGeneral == true && !found.isGeneral) { status = found }
            } else if code == nil, end - start == 3, let number = Int(word), (400...599).contains(number),
                before.isBlank
                    || [":", ";", "<", "(", "'", "\"", "#", "-", "=", "\n"].contains(Character(Unicode.Scalar(before)))
            {
                code = number
            }
        }
        self.status = status
        self.code = code
    }
}

extension EnhancedStatusCode {
    /// Whether it says no more than success or failure (RFC 3463, 3.1).
    var isGeneral: Bool { subject == 0 && detail == 0 }
}
