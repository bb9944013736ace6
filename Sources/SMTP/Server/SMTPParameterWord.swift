/// One parameter of MAIL or RCPT: `keyword` or `keyword=value` (RFC 5321, 4.1.2).
struct SMTPParameterWord {
    /// In upper case.
    let keyword: String
    let value: String?

    init(_ octets: ArraySlice<UInt8>) throws(SMTPServerCommand.Problem) {
        let keyword = octets.prefix { $0 != UInt8(ascii: "=") }
        guard let first = keyword.first, first != UInt8(ascii: "-"), keyword.allSatisfy(Self.isKeyword) else {
            throw .syntax
        }
        self.keyword = String(decoding: keyword, as: UTF8.self).uppercased()
        guard keyword.endIndex < octets.endIndex else {
            value = nil
            return
        }
        let value = octets[(keyword.endIndex + 1)...]
        // RFC 5321, 4.1.2: `esmtp-value = 1*(%d33-60 / %d62-126)`; RFC 6531, 3.3 adds UTF-8.
        guard !value.isEmpty, !value.contains(UInt8(ascii: "=")), value.allSatisfy({ $0 > 32 && $0 != 127 }),
            let text = String(validating: value, as: UTF8.self)
        else { throw .syntax }
        self.value = text
    }

    /// The words of a line; none may stand there twice.
    static func all(_ words: [ArraySlice<UInt8>]) throws(SMTPServerCommand.Problem) -> [SMTPParameterWord] {
        var result: [SMTPParameterWord] = []
        for word in words {
            let parameter = try SMTPParameterWord(word)
            guard !result.contains(where: { $0.keyword == parameter.keyword }) else { throw .badArgument }
            result.append(parameter)
        }
        return result
    }

    /// The value's octets as text, decoded from xtext (RFC 3461, 4).
    func xtext(atMost limit: Int) throws(SMTPServerCommand.Problem) -> String {
        guard let value, value.utf8.count <= limit, let octets = SMTPXText.decode(value) else { throw .badArgument }
        return SMTPSafeText.singleLine(String(decoding: octets, as: UTF8.self))
    }

    func withoutValue() throws(SMTPServerCommand.Problem) {
        guard value == nil else { throw .badArgument }
    }

    private static func isKeyword(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
