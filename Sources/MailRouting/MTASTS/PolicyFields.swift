/// The fields of a record of MTA-STS or TLS reporting: `v=STSv1; id=…;` (RFC 8461, 3.1; RFC 8460, 3).
struct PolicyFields {
    /// The version, the first field.
    let version: String
    private var values: [String: String] = [:]

    /// Reads a text; `nil` if it is malformed. A field that comes twice counts the first time.
    init?(_ text: [UInt8]) {
        guard text.count <= 4_096, text.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else { return nil }
        var sections = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard sections.count > 1 else { return nil }
        // One delimiter may stand at the end.
        if sections.last.map(Self.trimmed)?.isEmpty == true { sections.removeLast() }
        var version: String?
        for (index, section) in sections.enumerated() {
            guard let equals = section.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = Self.trimmed(section[..<equals])
            let value = Self.trimmed(section[(equals + 1)...])
            guard Self.isName(name), !value.isEmpty else { return nil }
            let nameText = String(decoding: name, as: UTF8.self)
            if index == 0 {
                // Exactly so, blanks included: else it is another record that happens to stand there.
                guard section.starts(with: Array("v=".utf8) + value) else { return nil }
                version = String(decoding: value, as: UTF8.self)
            } else if values[nameText] == nil {
                values[nameText] = String(decoding: value, as: UTF8.self)
            }
        }
        guard let version else { return nil }
        self.version = version
    }

    /// The value of a field behind the version.
    subscript(name: String) -> String? { values[name] }

    /// Whether a text begins with a version and a delimiter, and so is meant as such a record.
    static func hasVersion(_ text: [UInt8], _ version: String) -> Bool {
        let start = Array("v=\(version)".utf8)
        guard text.starts(with: start) else { return false }
        let rest = text.dropFirst(start.count).drop { $0 == 0x20 || $0 == 0x09 }
        return rest.first == UInt8(ascii: ";")
    }

    /// A letter or digit, then letters, digits, `_`, `-` and `.` (RFC 8461, 3.1).
    private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        guard let first = name.first, first.isLetterOrDigit, name.count <= 32 else { return false }
        return name.allSatisfy { $0.isLetterOrDigit || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
    }

    private static func trimmed(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var octets = octets.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = octets.last, last == 0x20 || last == 0x09 { octets.removeLast() }
        return octets
    }
}
