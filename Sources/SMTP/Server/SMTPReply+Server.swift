public import MailMessage

extension SMTPReply {
    /// The longest line of a reply in octets with its CR LF (RFC 5321, 4.5.3.1.5).
    public static let maximumLineLength = 512

    /// Makes a reply whose text begins with an enhanced status code (RFC 2034, 4).
    ///
    /// - Parameters:
    ///   - code: The three digits, 200 to 599.
    ///   - status: The enhanced code, of the class of `code`.
    ///   - text: What people read.
    public init(code: Int, status: EnhancedStatusCode, text: String) {
        self.init(code: code, lines: ["\(status) \(text)"])
    }

    /// A reply with the enhanced code's two numbers; its class is that of the reply (RFC 3463, 2).
    init(_ code: Int, _ subject: Int, _ detail: Int, _ text: String) {
        self.init(code: code, lines: ["\(code / 100).\(subject).\(detail) \(text)"])
    }

    /// The octets that a server sends, each line with its CR LF. Whatever came into the texts, only printable ASCII goes
    /// out (RFC 5321, 4.2), so that no text can become a line of its own; overlong lines are cut.
    public var wire: [UInt8] {
        var result: [UInt8] = []
        for (index, line) in lines.enumerated() {
            result += "\(code)".utf8
            let isLast = index == lines.count - 1
            // RFC 4954, 4: a challenge has its space even if it is empty.
            if !isLast || !line.isEmpty || code == 334 { result.append(UInt8(ascii: isLast ? " " : "-")) }
            for scalar in line.unicodeScalars.prefix(Self.maximumLineLength - 6) {
                result.append((32...126).contains(scalar.value) ? UInt8(scalar.value) : UInt8(ascii: "?"))
            }
            result += [0x0D, 0x0A]
        }
        return result
    }
}
