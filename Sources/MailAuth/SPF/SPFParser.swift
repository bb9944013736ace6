import DNS

/// Reads the terms of a record (RFC 7208, 4.6.1 and 12).
struct SPFParser {
    private let text: [UInt8]
    private var hasRedirect = false
    private var hasExplanation = false

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// All terms after the version.
    mutating func record() throws(SPFSyntaxError) -> [SPFTerm] {
        guard SPFRecord.isRecord(text) else { throw SPFSyntaxError(.noVersion, text) }
        if let index = text.firstIndex(where: { $0 >= 0x80 }) {
            throw SPFSyntaxError(.notASCII, text[max(0, index - 20)...])
        }
        var terms: [SPFTerm] = []
        // Few records have shorter terms than one in twelve octets.
        terms.reserveCapacity(text.count / 12 + 1)
        var start = 6
        for index in 6...text.count where index == text.count || text[index] == UInt8(ascii: " ") {
            // Only blanks separate terms, no tabs (RFC 7208, 4.6.1).
            if index > start { terms.append(try term(text[start..<index])) }
            start = index + 1
        }
        return terms
    }

    private mutating func term(_ text: ArraySlice<UInt8>) throws(SPFSyntaxError) -> SPFTerm {
        // A modifier has its "=" before any ":" or "/" (RFC 7208, 4.6.1).
        let end = text.firstIndex { byte in
            byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "/")
        }
        if let end, text[end] == UInt8(ascii: "=") { return try modifier(text, equals: end) }
        return .directive(try directive(text, end: end ?? text.endIndex))
    }

    private mutating func modifier(_ text: ArraySlice<UInt8>, equals: Int) throws(SPFSyntaxError) -> SPFTerm {
        let name = text[..<equals]
        let value = text[(equals + 1)...]
        guard let first = name.first, (0x61...0x7A).contains(first | 0x20),
            name.allSatisfy({
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "-_.".utf8.contains($0)
            })
        else { throw SPFSyntaxError(.badModifier, text) }
        switch String(decoding: name.map(Self.lowercase), as: UTF8.self) {
        case "redirect":
            guard !hasRedirect else { throw SPFSyntaxError(.repeatedModifier, text) }
            hasRedirect = true
            return .redirect(try target(value, of: text))
        case "exp":
            guard !hasExplanation else { throw SPFSyntaxError(.repeatedModifier, text) }
            hasExplanation = true
            return .explanation(try target(value, of: text))
        default:
            let name = String(decoding: name, as: UTF8.self)
            return .unknown(
                name: name,
                value: try Self.about(text) { () throws(SPFSyntaxError) in
                    try SPFMacroString(parsing: value, in: .record)
                })
        }
    }

    private func directive(_ text: ArraySlice<UInt8>, end: Int) throws(SPFSyntaxError) -> SPFDirective {
        let qualifier = text.first.flatMap(SPFQualifier.init(octet:))
        let start = qualifier == nil ? text.startIndex : text.startIndex + 1
        let name = text[start..<max(start, end)]
        return SPFDirective(qualifier ?? .pass, try mechanism(name, text[end...], of: text))
    }

    /// A mechanism from its name and what follows it, with `:` or `/` in front.
    private func mechanism(
        _ name: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>, of term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> SPFMechanism {
        guard let word = Word(name) else { throw SPFSyntaxError(.unknownMechanism, term) }
        switch word {
        case .all:
            guard rest.isEmpty else { throw SPFSyntaxError(.unexpectedArgument, term) }
            return .all
        case .include: return .include(try target(try argument(rest, of: term), of: term))
        case .exists: return .exists(try target(try argument(rest, of: term), of: term))
        case .ptr:
            if rest.isEmpty { return .ptr(nil) }
            return .ptr(try target(try argument(rest, of: term), of: term))
        case .a:
            let (target, four, six) = try host(rest, of: term)
            return .a(target, ip4Prefix: four, ip6Prefix: six)
        case .mx:
            let (target, four, six) = try host(rest, of: term)
            return .mx(target, ip4Prefix: four, ip6Prefix: six)
        case .ip4:
            let (network, prefix) = try network(rest, of: term, .v4, bits: 32)
            return .ip4(network, prefix: prefix)
        case .ip6:
            let (network, prefix) = try network(rest, of: term, .v6, bits: 128)
            return .ip6(network, prefix: prefix)
        }
    }

    /// The names of mechanisms, compared octet by octet: records have many.
    private enum Word {
        case all, include, a, mx, ptr, ip4, ip6, exists

        init?(_ name: ArraySlice<UInt8>) {
            func equals(_ word: StaticString) -> Bool {
                guard name.count == word.utf8CodeUnitCount else { return false }
                var start = word.utf8Start
                for byte in name {
                    if SPFParser.lowercase(byte) != start.pointee { return false }
                    start += 1
                }
                return true
            }
            if equals("ip4") {
                self = .ip4
            } else if equals("include") {
                self = .include
            } else if equals("a") {
                self = .a
            } else if equals("mx") {
                self = .mx
            } else if equals("all") {
                self = .all
            } else if equals("ip6") {
                self = .ip6
            } else if equals("exists") {
                self = .exists
            } else if equals("ptr") {
                self = .ptr
            } else {
                return nil
            }
        }
    }

    /// What follows a colon.
    private func argument(_ rest: ArraySlice<UInt8>, of term: ArraySlice<UInt8>) throws(SPFSyntaxError) -> ArraySlice<
        UInt8
    > {
        guard rest.first == UInt8(ascii: ":") else {
            throw SPFSyntaxError(rest.isEmpty ? .missingArgument : .unexpectedArgument, term)
        }
        return rest.dropFirst()
    }

    private func target(_ text: ArraySlice<UInt8>, of term: ArraySlice<UInt8>) throws(SPFSyntaxError) -> SPFDomainSpec {
        try Self.about(term) { () throws(SPFSyntaxError) in try SPFDomainSpec(parsing: text) }
    }

    /// [ ":" domain-spec ] [ dual-cidr-length ] (RFC 7208, 5.3 and 5.4). A slash may also stand within a name, so
    /// the lengths are read from the end.
    private func host(
        _ rest: ArraySlice<UInt8>, of term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> (target: SPFDomainSpec?, four: Int, six: Int) {
        var rest = rest
        var four = 32
        var six = 128
        if let (length, start) = try prefix(rest, slashes: 2, bits: 128, of: term) {
            six = length
            rest = rest[..<start]
        }
        if let (length, start) = try prefix(rest, slashes: 1, bits: 32, of: term) {
            four = length
            rest = rest[..<start]
        }
        if rest.isEmpty { return (nil, four, six) }
        guard rest.first == UInt8(ascii: ":") else { throw SPFSyntaxError(.badPrefix, term) }
        return (try target(rest.dropFirst(), of: term), four, six)
    }

    /// A length at the end after so many slashes, and where the slashes begin; `nil` if there is none.
    private func prefix(
        _ text: ArraySlice<UInt8>, slashes: Int, bits: Int, of term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> (length: Int, start: Int)? {
        var digits = 0
        while digits < text.count, (0x30...0x39).contains(text[text.endIndex - 1 - digits]) { digits += 1 }
        let start = text.endIndex - digits - slashes
        guard digits > 0, start >= text.startIndex,
            text[start..<(start + slashes)].allSatisfy({ $0 == UInt8(ascii: "/") })
        else { return nil }
        return (try length(text.suffix(digits), bits: bits, of: term), start)
    }

    /// A number without leading zeros, at most so many bits.
    private func length(
        _ digits: ArraySlice<UInt8>, bits: Int, of term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> Int {
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { throw SPFSyntaxError(.badPrefix, term) }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard value <= bits else { throw SPFSyntaxError(.badPrefix, term) }
        return value
    }

    /// ":" network [ "/" length ] (RFC 7208, 5.6).
    private func network(
        _ rest: ArraySlice<UInt8>, of term: ArraySlice<UInt8>, _ family: IPAddress.Family, bits: Int
    ) throws(SPFSyntaxError) -> (network: IPAddress, prefix: Int) {
        var text = try argument(rest, of: term)
        var prefix = bits
        if let slash = text.firstIndex(of: UInt8(ascii: "/")) {
            prefix = try length(text[(slash + 1)...], bits: bits, of: term)
            text = text[..<slash]
        }
        guard !text.isEmpty else { throw SPFSyntaxError(.missingArgument, term) }
        let network = family == .v4 ? Self.ip4(text) : IPAddress(String(decoding: text, as: UTF8.self))
        guard let network, network.family == family else { throw SPFSyntaxError(.badAddress, term) }
        return (network, prefix)
    }

    /// Four numbers with dots between, none beyond 255, no leading zeros (RFC 7208, 12: ip4-network).
    private static func ip4(_ text: ArraySlice<UInt8>) -> IPAddress? {
        var number: UInt32 = 0
        var dots = 0
        var value: UInt32 = 0
        var digits = 0
        for byte in text {
            if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
                number = number << 8 | value
                dots += 1
                value = 0
                digits = 0
            } else {
                guard (0x30...0x39).contains(byte), digits == 0 || value > 0 else { return nil }
                value = value * 10 + UInt32(byte - 0x30)
                digits += 1
                guard value <= 255 else { return nil }
            }
        }
        guard digits > 0, dots == 3 else { return nil }
        return IPAddress(v4: number << 8 | value)
    }

    /// Names the whole term in the error of a part of it.
    private static func about<T>(
        _ term: ArraySlice<UInt8>, _ body: () throws(SPFSyntaxError) -> T
    ) throws(SPFSyntaxError) -> T {
        do {
            return try body()
        } catch {
            throw SPFSyntaxError(error.reason, term)
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
