extension DMARCRecord {
    /// Whether a text is meant as a DMARC record: its first tag is `v=DMARC1`, the value in capitals (RFC 9989, 4.7).
    public static func isRecord(_ text: some Collection<UInt8>) -> Bool {
        let first = text.prefix { $0 != UInt8(ascii: ";") }
        guard let tag = (try? TagList(parsing: first))?.tags.first, first.count <= 64 else { return false }
        return tag.name.lowercased() == "v" && tag.value == Array("DMARC1".utf8)
    }

    /// Reads a record.
    ///
    /// What is wrong behind the version makes no record invalid: such tags have their defaults, and a remark
    /// (RFC 9989, 4.8).
    ///
    /// - Returns: `nil` if the text is no DMARC record.
    public init?(parsing text: some Collection<UInt8>) {
        guard Self.isRecord(text) else { return nil }
        var names: Set<String> = ["v"]
        let sections = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).dropFirst()
        for section in sections.prefix(TagList.maximumTags) {
            let list = try? TagList(parsing: section)
            guard let list, list.tags.count <= 1 else {
                remarks.append(.malformed(Self.shown(Array(section))))
                continue
            }
            guard let tag = list.tags.first else { continue }
            let name = tag.name.lowercased()
            guard names.insert(name).inserted else {
                remarks.append(.repeated(name))
                continue
            }
            if !take(name, Self.shown(tag.value)) {
                remarks.append(.invalid(tag: name, value: Self.shown(tag.value)))
            }
        }
    }

    /// Takes a tag over; false if its value is not allowed.
    private mutating func take(_ name: String, _ value: String) -> Bool {
        let word = value.lowercased()
        switch name {
        case "p":
            policy = DMARCPolicy(rawValue: word)
            return policy != nil
        case "sp":
            subdomainPolicy = DMARCPolicy(rawValue: word)
            return subdomainPolicy != nil
        case "np":
            missingSubdomainPolicy = DMARCPolicy(rawValue: word)
            return missingSubdomainPolicy != nil
        case "psd":
            publicSuffix = PublicSuffix(rawValue: word) ?? .unknown
            return PublicSuffix(rawValue: word) != nil
        case "t":
            isTesting = word == "y"
            return word == "y" || word == "n"
        case "adkim":
            dkimAlignment = DMARCAlignmentMode(rawValue: word) ?? .relaxed
            return DMARCAlignmentMode(rawValue: word) != nil
        case "aspf":
            spfAlignment = DMARCAlignmentMode(rawValue: word) ?? .relaxed
            return DMARCAlignmentMode(rawValue: word) != nil
        case "rua":
            aggregateReports = Self.addresses(value)
            return !aggregateReports.isEmpty
        case "ruf":
            failureReports = Self.addresses(value)
            return !failureReports.isEmpty
        case "fo": return takeFailureOptions(word)
        case "pct":
            remarks.append(.obsolete(name))
            guard let number = Int(word), (0...100).contains(number) else { return false }
            percentage = number
        case "rf", "ri": remarks.append(.obsolete(name))
        default: remarks.append(.unknown(name))
        }
        return true
    }

    /// `0` or `1`, `d`, `s`, with colons between, none of them twice (RFC 9989, 4.8).
    private mutating func takeFailureOptions(_ text: String) -> Bool {
        let words = text.split(separator: ":", omittingEmptySubsequences: false).map { word in
            String(word.filter { $0 != " " && $0 != "\t" })
        }
        let options = Set(words)
        guard options.isSubset(of: ["0", "1", "d", "s"]), options.count == words.count,
            !options.isSuperset(of: ["0", "1"])
        else { return false }
        failureOptions = options
        return true
    }

    /// The URIs in a list, without the size limits of old (RFC 9989, 4.8: to be ignored).
    private static func addresses(_ text: String) -> [String] {
        text.split(separator: ",").compactMap { part in
            let uri = String(part.prefix { $0 != "!" }.filter { !$0.isWhitespace })
            guard let colon = uri.firstIndex(of: ":"), colon > uri.startIndex, uri.index(after: colon) < uri.endIndex,
                uri[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
            else { return nil }
            return uri
        }
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.prefix(1_000).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

extension DMARCRecord: CustomStringConvertible {
    /// The record as text, in canonical form and without what has no effect.
    public var description: String {
        var parts = ["v=DMARC1"]
        func add(_ name: String, _ value: String?) {
            if let value { parts.append("\(name)=\(value)") }
        }
        add("p", policy?.rawValue)
        add("sp", subdomainPolicy?.rawValue)
        add("np", missingSubdomainPolicy?.rawValue)
        add("psd", publicSuffix == .unknown ? nil : publicSuffix.rawValue)
        add("t", isTesting ? "y" : nil)
        add("adkim", dkimAlignment == .relaxed ? nil : dkimAlignment.rawValue)
        add("aspf", spfAlignment == .relaxed ? nil : spfAlignment.rawValue)
        add("rua", aggregateReports.isEmpty ? nil : aggregateReports.joined(separator: ","))
        add("ruf", failureReports.isEmpty ? nil : failureReports.joined(separator: ","))
        add("fo", failureOptions == ["0"] ? nil : failureOptions.sorted().joined(separator: ":"))
        add("pct", percentage == 100 ? nil : String(percentage))
        return parts.joined(separator: "; ")
    }
}
