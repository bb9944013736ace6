/// Parameters of Content-Type and Content-Disposition (RFC 2045, 5.1; RFC 2231).
enum HeaderParameters {
    /// `name=value` as pieces for folding; values beyond ASCII or too long by RFC 2231. Each ends with `;` but the last.
    static func pieces(_ parameters: [(name: String, value: String)]) -> [String] {
        var result = parameters.flatMap { encode($0.name, HeaderText(cleaning: $0.value).value) }
        for index in result.indices.dropLast() { result[index] += ";" }
        return result
    }

    private static func encode(_ name: String, _ value: String) -> [String] {
        let bytes = Array(value.utf8)
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), bytes.count <= 60 {
            let isToken = !bytes.isEmpty && bytes.allSatisfy(\.isTokenCharacter)
            return ["\(name)=\(isToken ? value : HeaderField.quotedString(value))"]
        }
        // RFC 2231, 3 and 4: continuations, each within a line; no character is split between two.
        var segments: [String] = []
        var current = "UTF-8''"
        for character in value {
            for scalar in character.unicodeScalars {
                let escaped = String(scalar).utf8.map { byte -> String in
                    byte.isASCIILetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                        || byte == UInt8(ascii: "_") ? [byte].asText : "%" + byte.hexDigits.asText
                }.joined()
                if current.utf8.count + escaped.utf8.count > 56 {
                    segments.append(current)
                    current = ""
                }
                current += escaped
            }
        }
        segments.append(current)
        if segments.count == 1 { return ["\(name)*=\(segments[0])"] }
        return segments.enumerated().map { "\(name)*\($0)*=\($1)" }
    }

    /// The word in front and the parameters behind it, names in lower case, RFC 2231 and RFC 2047 undone.
    static func parse(_ header: String) -> (value: String, parameters: [String: String]) {
        let parts = split(Array(header.utf8.prefix(65_536)))
        guard let first = parts.first else { return ("", [:]) }
        var plain: [String: String] = [:]
        var segments: [String: [Int: (text: [UInt8], isEncoded: Bool)]] = [:]
        for part in parts.dropFirst().prefix(200) {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = part[..<equals].trimmed.map(\.asciiLowercased)
            let value = unquoted(part[(equals + 1)...].trimmed)
            guard let star = name.firstIndex(of: UInt8(ascii: "*")) else {
                let key = name.asText
                if plain[key] == nil { plain[key] = EncodedWord.decode(value.asText) }
                continue
            }
            let key = name[..<star].asText
            var rest = name[(star + 1)...]
            var isEncoded = rest.isEmpty
            if rest.last == UInt8(ascii: "*") {
                isEncoded = true
                rest = rest.dropLast()
            }
            let index = rest.isEmpty ? 0 : Int(rest.asText) ?? -1
            guard (0..<1_000).contains(index) else { continue }
            segments[key, default: [:]][index] = (value, isEncoded)
        }
        for (key, pieces) in segments {
            if let value = join(pieces) { plain[key] = value }
        }
        return (first.trimmed.map(\.asciiLowercased).asText, plain)
    }

    private static func join(_ pieces: [Int: (text: [UInt8], isEncoded: Bool)]) -> String? {
        guard let first = pieces[0] else { return nil }
        var charset = "utf-8"
        var bytes: [UInt8] = []
        var index = 0
        while let piece = pieces[index] {
            var text = piece.text[...]
            if index == 0, first.isEncoded {
                let apostrophe = UInt8(ascii: "'")
                if let open = text.firstIndex(of: apostrophe),
                    let close = text[(open + 1)...].firstIndex(of: apostrophe)
                {
                    charset = text[..<open].asText
                    text = text[(close + 1)...]
                }
            }
            bytes += piece.isEncoded ? percentDecoded(text) : Array(text)
            index += 1
        }
        return Charset.decode(bytes, named: charset)
    }

    private static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = bytes[index + 1].hexValue,
                let low = bytes[index + 2].hexValue
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// Splits at semicolons outside quotes.
    private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        var isQuoted = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), isQuoted {
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ";"), !isQuoted {
                result.append(bytes[start..<index])
                start = index + 1
            }
            index += 1
        }
        result.append(bytes[min(start, bytes.count)...])
        return result
    }

    private static func unquoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.first == UInt8(ascii: "\"") else { return Array(bytes) }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in bytes.dropFirst() {
            if isEscaped {
                result.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                break
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
