/// Reads XML as far as reports need it: elements and text, piece by piece.
///
/// No document type, no entities but the five of XML itself and characters by number, nothing that names anything outside.
/// Attributes, comments and instructions are passed over. Whatever is wrong ends the reading.
struct ReportXMLScanner {
    /// What comes next.
    enum Event: Equatable {
        /// An element begins; its name without a prefix.
        case start(String)
        /// Text within an element, entities undone, at most `longestText` octets of it.
        case text(String)
        /// The element ends that began last.
        case end
    }

    /// How far the scanner goes.
    struct Limits {
        var depth = 16
        var elements = 2_000_000
        var nameOctets = 100
        var textOctets = 4_096
    }

    private let octets: [UInt8]
    private let limits: Limits
    private var place = 0
    private var open: [ArraySlice<UInt8>] = []
    private var elements = 0
    private var endsAtOnce = false

    init(_ octets: [UInt8], limits: Limits = Limits()) {
        self.octets = octets
        self.limits = limits
        if octets.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The next event; nil at the end of the document.
    mutating func next() throws(DMARCReportError) -> Event? {
        if endsAtOnce {
            endsAtOnce = false
            open.removeLast()
            return .end
        }
        while place < octets.count {
            if octets[place] != UInt8(ascii: "<") {
                let text = try text()
                if let text {
                    guard !open.isEmpty else { throw .malformed }
                    return .text(text)
                }
                continue
            }
            if has("<!--") {
                try skip(behind: "-->", from: place + 4)
            } else if has("<![CDATA[") {
                let start = place + 9
                try skip(behind: "]]>", from: start)
                guard !open.isEmpty else { throw .malformed }
                return .text(cleaned(octets[start..<(place - 3)].prefix(limits.textOctets)))
            } else if has("<!") {
                // A document type is where entities, and so bombs and readers of files, are made.
                throw .documentType
            } else if has("<?") {
                try skip(behind: "?>", from: place + 2)
            } else if has("</") {
                return try end()
            } else {
                return try start()
            }
        }
        guard open.isEmpty, elements > 0 else { throw .malformed }
        return nil
    }

    private func has(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { octets[place...].starts(with: $0) }
    }

    private mutating func skip(behind text: StaticString, from start: Int) throws(DMARCReportError) {
        let ending = text.withUTF8Buffer { Array($0) }
        var index = start
        while index + ending.count <= octets.count {
            guard let found = octets[index...].firstIndex(of: ending[0]), found + ending.count <= octets.count else {
                break
            }
            if octets[found..<(found + ending.count)].elementsEqual(ending) {
                place = found + ending.count
                return
            }
            index = found + 1
        }
        throw .malformed
    }

    /// Text up to the next tag; nil if it is blank.
    private mutating func text() throws(DMARCReportError) -> String? {
        let end = octets[place...].firstIndex(of: UInt8(ascii: "<")) ?? octets.count
        defer { place = end }
        let raw = octets[place..<end]
        if raw.allSatisfy({ $0 <= 0x20 }) { return nil }
        guard raw.contains(UInt8(ascii: "&")) else { return cleaned(raw.prefix(limits.textOctets)) }
        return cleaned(try resolved(raw.prefix(limits.textOctets))[...])
    }

    private func cleaned(_ raw: ArraySlice<UInt8>) -> String {
        var slice = raw
        while let first = slice.first, first <= 0x20 { slice.removeFirst() }
        while let last = slice.last, last <= 0x20 { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }

    private func resolved(_ raw: ArraySlice<UInt8>) throws(DMARCReportError) -> [UInt8] {
        var result: [UInt8] = []
        var index = raw.startIndex
        while index < raw.endIndex {
            guard raw[index] == UInt8(ascii: "&") else {
                result.append(raw[index])
                index += 1
                continue
            }
            guard let end = raw[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                // Text that was cut in the middle of an entity.
                if raw.endIndex - index < 12, raw.count == limits.textOctets { break }
                throw .entity
            }
            let name = String(decoding: raw[(index + 1)..<end], as: UTF8.self)
            switch name {
            case "amp": result.append(UInt8(ascii: "&"))
            case "lt": result.append(UInt8(ascii: "<"))
            case "gt": result.append(UInt8(ascii: ">"))
            case "quot": result.append(UInt8(ascii: "\""))
            case "apos": result.append(UInt8(ascii: "'"))
            default:
                guard let scalar = Self.character(name) else { throw .entity }
                result += String(Character(scalar)).utf8
            }
            index = end + 1
        }
        return result
    }

    /// `#228` or `#xE4`.
    private static func character(_ name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let number, number >= 0x20 || number == 0x09 || number == 0x0A || number == 0x0D else { return nil }
        return Unicode.Scalar(number)
    }

    private mutating func start() throws(DMARCReportError) -> Event {
        let name = try name(from: place + 1)
        elements += 1
        guard elements <= limits.elements, open.count < limits.depth else { throw .tooLarge }
        // Attributes are passed over; a sign within quotes ends nothing.
        var index = name.endIndex
        var quote: UInt8?
        var last: UInt8 = 0
        while index < octets.count {
            let octet = octets[index]
            if let open = quote {
                if octet == open { quote = nil }
            } else if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "'") {
                quote = octet
            } else if octet == UInt8(ascii: ">") {
                place = index + 1
                open.append(name)
                endsAtOnce = last == UInt8(ascii: "/")
                return .start(Self.local(name))
            } else if octet == UInt8(ascii: "<") {
                throw .malformed
            }
            last = octet
            index += 1
        }
        throw .malformed
    }

    private mutating func end() throws(DMARCReportError) -> Event {
        let name = try name(from: place + 2)
        let close = octets[name.endIndex...].firstIndex { $0 > 0x20 }
        guard let close, octets[close] == UInt8(ascii: ">"), let last = open.last, last.elementsEqual(name) else {
            throw .malformed
        }
        open.removeLast()
        place = close + 1
        return .end
    }

    private func name(from start: Int) throws(DMARCReportError) -> ArraySlice<UInt8> {
        guard start < octets.count else { throw .malformed }
        let name = octets[start...].prefix(limits.nameOctets + 1) { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: ":"):
                true
            default: octet >= 0x80
            }
        }
        guard (1...limits.nameOctets).contains(name.count) else { throw .malformed }
        return name
    }

    /// The name without the prefix of its name space.
    private static func local(_ name: ArraySlice<UInt8>) -> String {
        let colon = name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? name.startIndex
        return String(decoding: name[colon...], as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func prefix(_ most: Int, while isIn: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        prefix(most).prefix(while: isIn)
    }
}
