/// Cuts what a server sends into responses, within limits: a hostile server can neither fill the memory nor nest without
/// end.
public struct IMAPResponseParser: Sendable {
    /// What a server may send.
    public struct Limits: Sendable, Hashable {
        /// How many octets a response may have besides its literals.
        public var lineOctets = 65_536
        /// How many octets a literal may have.
        public var literalOctets = 4 << 20
        /// How many octets all literals of one response may have.
        public var responseOctets = 5 << 20
        /// How deep words may be nested.
        public var depth = 16
        /// How many words a response may have.
        public var tokens = 20_000

        /// Limits that no honest server reaches.
        public init() {}
    }

    /// Why what came is no response.
    public enum Violation: String, Error, Sendable, Hashable, CaseIterable {
        /// More octets without a literal than allowed.
        case lineTooLong = "line-too-long"
        /// A literal beyond the limit was announced.
        case literalTooLarge = "literal-too-large"
        /// A line feed or carriage return by itself, or a NUL.
        case bareControl = "bare-control"
        /// It does not follow the grammar.
        case malformed
        /// Nested too deep, or too many words.
        case tooComplex = "too-complex"
    }

    /// What came of some octets.
    public enum Outcome: Sendable, Hashable {
        /// A response is complete.
        case response(IMAPResponse)
        /// More octets are needed.
        case incomplete
        /// The stream cannot be read any further.
        case violation(Violation)
    }

    private enum Piece: Sendable {
        case line([UInt8])
        case literal([UInt8])
    }

    /// The limits.
    public let limits: Limits
    private var pieces: [Piece] = []
    private var line: [UInt8] = []
    private var lineOctets = 0
    private var literal: [UInt8] = []
    private var literalMissing = 0
    private var literalOctets = 0
    private var isBroken = false

    /// A parser at the beginning of a response.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether a response has begun and is not complete.
    public var isInsideResponse: Bool { !pieces.isEmpty || !line.isEmpty || literalMissing > 0 }

    /// Takes octets up to the end of one response.
    ///
    /// - Parameter octets: what came; what is not consumed is to be handed in again.
    /// - Returns: how many octets were taken, and what came of them. After a violation nothing is read any more.
    public mutating func consume(_ octets: some Collection<UInt8>) -> (consumed: Int, outcome: Outcome) {
        guard !isBroken else { return (0, .incomplete) }
        var consumed = 0
        var rest = octets[...]
        while !rest.isEmpty {
            if literalMissing > 0 {
                let part = rest.prefix(literalMissing)
                literal += part
                literalMissing -= part.count
                consumed += part.count
                rest = rest.dropFirst(part.count)
                if literalMissing == 0 { endLiteral() }
                continue
            }
            let byte = rest[rest.startIndex]
            rest = rest.dropFirst()
            consumed += 1
            if byte == 0x0A {
                guard line.last == 0x0D else { return (consumed, broken(.bareControl)) }
                line.removeLast()
                do throws(Violation) {
                    if try beginsLiteral() { continue }
                    let response = try finish()
                    return (consumed, .response(response))
                } catch {
                    return (consumed, broken(error))
                }
            }
            guard byte != 0, line.last != 0x0D else { return (consumed, broken(.bareControl)) }
            line.append(byte)
            lineOctets += 1
            if lineOctets > limits.lineOctets { return (consumed, broken(.lineTooLong)) }
        }
        return (consumed, .incomplete)
    }

    private mutating func broken(_ violation: Violation) -> Outcome {
        isBroken = true
        pieces = []
        line = []
        literal = []
        return .violation(violation)
    }

    /// Whether the line ends with `{n}` (RFC 9051, 4.3): then so many octets and another line follow.
    private mutating func beginsLiteral() throws(Violation) -> Bool {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return false }
        // What follows `+` or a status is text for people, whatever it looks like.
        guard pieces.isEmpty ? Self.isData(line) : true else { return false }
        let digits = line[(open + 1)..<(line.count - 1)]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        guard digits.count <= 9, let count = Int(String(decoding: digits, as: UTF8.self)),
            count <= limits.literalOctets,
            literalOctets + count <= limits.responseOctets
        else { throw .literalTooLarge }
        pieces.append(.line(Array(line[..<open])))
        line = []
        literal = []
        literalMissing = count
        literalOctets += count
        if count == 0 { endLiteral() }
        return true
    }

    private static func isData(_ line: [UInt8]) -> Bool {
        guard line.starts(with: "* ".utf8) else { return false }
        let word = line.dropFirst(2).prefix { $0 != 0x20 }
        return IMAPResponse.Status(rawValue: String(decoding: word, as: UTF8.self).uppercased()) == nil
    }

    private mutating func endLiteral() {
        pieces.append(.literal(literal))
        literal = []
    }

    private mutating func finish() throws(Violation) -> IMAPResponse {
        let pieces = pieces + [.line(line)]
        self.pieces = []
        line = []
        lineOctets = 0
        literalOctets = 0
        guard case .line(let first) = pieces[0] else { throw .malformed }
        if first.first == UInt8(ascii: "+") {
            return .continuation(text: Self.text(first.dropFirst()))
        }
        guard let space = first.firstIndex(of: 0x20), space > 0 else { throw .malformed }
        let tag = String(decoding: first[..<space], as: UTF8.self)
        let rest = first[(space + 1)...]
        let word = String(decoding: rest.prefix { $0 != 0x20 }, as: UTF8.self).uppercased()
        if let status = IMAPResponse.Status(rawValue: word) {
            let (code, text) = Self.code(rest.dropFirst(word.utf8.count))
            return tag == "*"
                ? .status(status, code: code, text: text) : .tagged(tag: tag, status, code: code, text: text)
        }
        guard tag == "*" else { throw .malformed }
        var reader = TokenReader(limits: limits)
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .line(let line): try reader.read(index == 0 ? line[(space + 1)...] : line[...])
            case .literal(let octets): try reader.append(.string(octets))
            }
        }
        return .data(try reader.finished())
    }

    /// The code in brackets in front of a text (RFC 9051, 7.1).
    private static func code(_ octets: ArraySlice<UInt8>) -> (code: [IMAPToken], text: String) {
        let trimmed = octets.drop { $0 == 0x20 }
        guard trimmed.first == UInt8(ascii: "["), let end = trimmed.firstIndex(of: UInt8(ascii: "]")) else {
            return ([], text(trimmed))
        }
        var reader = TokenReader(limits: Limits())
        let inner = trimmed[(trimmed.startIndex + 1)..<end]
        guard (try? reader.read(inner)) != nil, let tokens = try? reader.finished() else { return ([], text(trimmed)) }
        return (tokens, text(trimmed[(end + 1)...]))
    }

    /// Words for people, on one line, at most 500 characters.
    private static func text(_ octets: ArraySlice<UInt8>) -> String {
        let text = String(decoding: octets, as: UTF8.self)
        let scalars = text.unicodeScalars.prefix(500).map {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0
        }
        return String(String.UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
    }
}

/// Puts words together over the pieces of a response.
private struct TokenReader {
    let limits: IMAPResponseParser.Limits
    private var stack: [[IMAPToken]] = [[]]
    private var count = 0

    init(limits: IMAPResponseParser.Limits) { self.limits = limits }

    mutating func append(_ token: IMAPToken) throws(IMAPResponseParser.Violation) {
        count += 1
        guard count <= limits.tokens else { throw .tooComplex }
        stack[stack.count - 1].append(token)
    }

    mutating func read(_ octets: ArraySlice<UInt8>) throws(IMAPResponseParser.Violation) {
        var index = octets.startIndex
        while index < octets.endIndex {
            switch octets[index] {
            case 0x20: index += 1
            case UInt8(ascii: "("):
                guard stack.count <= limits.depth else { throw .tooComplex }
                stack.append([])
                index += 1
            case UInt8(ascii: ")"):
                guard stack.count > 1, let list = stack.popLast() else { throw .malformed }
                try append(.list(list))
                index += 1
            case UInt8(ascii: "\""): try append(.string(quoted(octets, &index)))
            default: try append(.atom(atom(octets, &index)))
            }
        }
    }

    func finished() throws(IMAPResponseParser.Violation) -> [IMAPToken] {
        guard stack.count == 1 else { throw .malformed }
        return stack[0]
    }

    private func quoted(_ octets: ArraySlice<UInt8>, _ index: inout Int) throws(IMAPResponseParser.Violation) -> [UInt8]
    {
        var result: [UInt8] = []
        index += 1
        while index < octets.endIndex {
            switch octets[index] {
            case UInt8(ascii: "\""):
                index += 1
                return result
            case UInt8(ascii: "\\") where index + 1 < octets.endIndex:
                result.append(octets[index + 1])
                index += 2
            default:
                result.append(octets[index])
                index += 1
            }
        }
        throw .malformed
    }

    /// An atom; brackets keep what stands in them together, as in `BODY[HEADER.FIELDS (TO)]`.
    private func atom(_ octets: ArraySlice<UInt8>, _ index: inout Int) -> String {
        let start = index
        var brackets = 0
        while index < octets.endIndex {
            let octet = octets[index]
            if octet == UInt8(ascii: "[") { brackets += 1 }
            if octet == UInt8(ascii: "]") { brackets -= 1 }
            if brackets <= 0, octet == 0x20 || octet == UInt8(ascii: "(") || octet == UInt8(ascii: ")") { break }
            index += 1
        }
        return String(decoding: octets[start..<index], as: UTF8.self)
    }
}
