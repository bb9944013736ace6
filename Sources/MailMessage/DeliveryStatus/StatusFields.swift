import Foundation

/// Groups of fields with blank lines between: how delivery status (RFC 3464, 2.1) and feedback (RFC 5965, 3) are written.
struct StatusFields {
    /// One group: names in lower case, values unfolded; the first of a name counts.
    typealias Group = [String: String]

    /// The groups in their order, empty ones left out.
    let groups: [Group]

    /// Reads at most 2,000 groups of at most 100 fields.
    init(_ text: String) {
        var groups: [Group] = []
        var group: Group = [:]
        var last: String?
        for line in ReportText.lines(of: text, atMost: 50_000) {
            let bytes = Array(line.utf8.prefix(4_000))
            let trimmed = bytes.trimmed
            if trimmed.isEmpty {
                if !group.isEmpty { groups.append(group) }
                (group, last) = ([:], nil)
                if groups.count >= 2_000 { break }
            } else if bytes[0].isBlank, let last {
                if let value = group[last], value.utf8.count < 4_000 { group[last] = value + " " + trimmed.asText }
            } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, group.count < 100 {
                let name = bytes[..<colon].trimmed.map(\.asciiLowercased).asText
                let value = bytes[(colon + 1)...].trimmed.asText
                // What a server says in lines that were not folded goes on here.
                if !name.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }) {
                    if let last, let known = group[last] { group[last] = known + " " + trimmed.asText }
                } else if group[name] == nil {
                    group[name] = value
                    last = name
                }
            } else if let last, let value = group[last] {
                group[last] = value + " " + trimmed.asText
            }
        }
        if !group.isEmpty { groups.append(group) }
        self.groups = groups
    }

    /// What follows the type in a value such as `rfc822; a@b` (RFC 3464, 2.1.2), comments aside.
    static func typed(_ value: String?) -> String {
        guard let value else { return "" }
        guard let semicolon = value.firstIndex(of: ";"),
            value[..<semicolon].allSatisfy({ $0.isLetter || $0.isNumber || "-. ".contains($0) })
        else { return value }
        return String(value[value.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" })
    }

    /// The address in such a value; nil if there is none. Also RFC 6533, 3: `utf-8; …`, with or without escapes.
    static func address(_ value: String?) -> EmailAddress? {
        let text = String(typed(value).prefix(1_000))
        return AddressScanner.find(in: text.contains("\\x{") ? unescaped(text) : text).first?.address
    }

    /// `utf-8-addr-xtext` undone (RFC 6533, 3): `\x{E4}` is a character by its number.
    private static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let escape = rest.range(of: "\\x{") {
            result += rest[..<escape.lowerBound]
            let behind = rest[escape.upperBound...]
            guard let end = behind.prefix(8).firstIndex(of: "}"), let number = UInt32(behind[..<end], radix: 16),
                let scalar = Unicode.Scalar(number)
            else {
                result += rest[escape.lowerBound..<escape.upperBound]
                rest = behind
                continue
            }
            result.unicodeScalars.append(scalar)
            rest = behind[behind.index(after: end)...]
        }
        return result + rest
    }
}
