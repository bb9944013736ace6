/// A text with macros, which stand for what is known of the sender (RFC 7208, 7).
public struct SPFMacroString: Sendable, Hashable, CustomStringConvertible {
    /// A piece of it.
    enum Piece: Sendable, Hashable {
        case literal([UInt8])
        /// `%%`
        case percent
        /// `%_`
        case space
        /// `%-`
        case encodedSpace
        case macro(SPFMacro)
    }

    let pieces: [Piece]

    init(pieces: [Piece]) {
        self.pieces = pieces
    }

    /// Where a text stands, and so which macros and octets it may have.
    public enum Place: Sendable {
        /// In a record.
        case record
        /// In an explanation, where `c`, `r`, `t` and blanks are allowed too (RFC 7208, 7.2 and 6.2).
        case explanation
    }

    /// Reads a text.
    ///
    /// - Throws: ``SPFSyntaxError`` if a macro is malformed or an octet may not stand there.
    public init(parsing text: some Collection<UInt8>, in place: Place) throws(SPFSyntaxError) {
        let text = Array(text)
        guard text.contains(UInt8(ascii: "%")) else {
            try Self.check(text[...], in: place, of: text)
            pieces = text.isEmpty ? [] : [.literal(text)]
            return
        }
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == UInt8(ascii: "%") else {
                let end = text[index...].firstIndex(of: UInt8(ascii: "%")) ?? text.count
                try Self.check(text[index..<end], in: place, of: text)
                literal += text[index..<end]
                index = end
                continue
            }
            if !literal.isEmpty {
                pieces.append(.literal(literal))
                literal = []
            }
            guard index + 1 < text.count else { throw SPFSyntaxError(.badMacro, text) }
            switch text[index + 1] {
            case UInt8(ascii: "%"): pieces.append(.percent)
            case UInt8(ascii: "_"): pieces.append(.space)
            case UInt8(ascii: "-"): pieces.append(.encodedSpace)
            case UInt8(ascii: "{"):
                guard let end = text[index...].firstIndex(of: UInt8(ascii: "}")),
                    let macro = SPFMacro(text[(index + 2)..<end])
                else { throw SPFSyntaxError(.badMacro, text) }
                if macro.letter.isForExplanations, place != .explanation {
                    throw SPFSyntaxError(.explanationMacro, text)
                }
                pieces.append(.macro(macro))
                index = end + 1
                continue
            default: throw SPFSyntaxError(.badMacro, text)
            }
            index += 2
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    /// macro-literal = %x21-24 / %x26-7E (RFC 7208, 7.1); explanations may have blanks.
    private static func check(
        _ literal: ArraySlice<UInt8>, in place: Place, of text: [UInt8]
    ) throws(SPFSyntaxError) {
        for byte in literal where !(0x21...0x7E).contains(byte) && !(byte == 0x20 && place == .explanation) {
            throw SPFSyntaxError(byte >= 0x80 ? .notASCII : .badName, text)
        }
    }

    /// The text with its macros as they were written, save that an unneeded `.` as delimiter is left out.
    public var description: String {
        pieces.map { piece in
            switch piece {
            case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
            case .percent: "%%"
            case .space: "%_"
            case .encodedSpace: "%-"
            case .macro(let macro): macro.description
            }
        }.joined()
    }

    /// The macros in it.
    public var macros: [SPFMacro] {
        pieces.compactMap { piece in
            if case .macro(let macro) = piece { macro } else { nil }
        }
    }

    /// The text with its macros replaced (RFC 7208, 7.3).
    public func expanded(_ values: SPFMacroValues) -> [UInt8] {
        var result: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let bytes): result += bytes
            case .percent: result.append(UInt8(ascii: "%"))
            case .space: result.append(0x20)
            case .encodedSpace: result += "%20".utf8
            case .macro(let macro): result += macro.expanded(values)
            }
        }
        return result
    }
}

/// One macro: a letter and what is done with its value (RFC 7208, 7.1 and 7.3).
public struct SPFMacro: Sendable, Hashable, CustomStringConvertible {
    /// What a macro stands for (RFC 7208, 7.2).
    public enum Letter: Character, Sendable, Hashable, CaseIterable {
        /// The whole sender.
        case sender = "s"
        /// The local part of the sender.
        case localPart = "l"
        /// The domain of the sender.
        case senderDomain = "o"
        /// The domain whose record is evaluated.
        case domain = "d"
        /// The client's address, with dots.
        case address = "i"
        /// The validated name of the client's address (not to be used).
        case validatedName = "p"
        /// `in-addr` or `ip6`.
        case addressFamily = "v"
        /// The name in HELO or EHLO.
        case helo = "h"
        /// The client's address as people write it; in explanations only.
        case readableAddress = "c"
        /// The name of the host that checks; in explanations only.
        case receiver = "r"
        /// Seconds since 1970; in explanations only.
        case time = "t"

        /// Whether it may stand in explanations only.
        public var isForExplanations: Bool { self == .readableAddress || self == .receiver || self == .time }
    }

    /// What it stands for.
    public let letter: Letter
    /// Whether the value is escaped as in an URL: written as a capital letter.
    public let isEscaped: Bool
    /// How many of the right-hand parts are kept; `nil` for all.
    public let count: Int?
    /// Whether the parts are put in reverse order.
    public let isReversed: Bool
    /// At which octets the value is split; a dot if there are none.
    public let delimiters: [UInt8]

    /// Reads what stands between `%{` and `}`.
    init?(_ text: ArraySlice<UInt8>) {
        guard let first = text.first, let letter = Letter(rawValue: Character(UnicodeScalar(first | 0x20))),
            (0x41...0x5A).contains(first & 0xDF)
        else { return nil }
        self.letter = letter
        isEscaped = first & 0x20 == 0
        var rest = text.dropFirst()
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(digits.count)
        if digits.isEmpty {
            count = nil
        } else {
            // More parts than any value has are the same as all of them.
            let value = digits.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1_000) }
            // RFC 7208, 7.3: the number must not be zero.
            guard value > 0 else { return nil }
            count = value
        }
        isReversed = rest.first.map { $0 | 0x20 } == UInt8(ascii: "r")
        if isReversed { rest = rest.dropFirst() }
        guard rest.allSatisfy({ ".-+,/_=".utf8.contains($0) }) else { return nil }
        delimiters = rest.elementsEqual(".".utf8) ? [] : Array(rest)
    }

    /// The macro as text.
    public var description: String {
        let letter = isEscaped ? String(letter.rawValue).uppercased() : String(letter.rawValue)
        let delimiters = String(decoding: delimiters, as: UTF8.self)
        return "%{\(letter)\(count.map(String.init) ?? "")\(isReversed ? "r" : "")\(delimiters)}"
    }

    func expanded(_ values: SPFMacroValues) -> [UInt8] {
        var value = values[letter]
        if count != nil || isReversed || !delimiters.isEmpty {
            var parts = value.split(omittingEmptySubsequences: false) { byte in
                delimiters.isEmpty ? byte == UInt8(ascii: ".") : delimiters.contains(byte)
            }
            if isReversed { parts.reverse() }
            if let count { parts = parts.suffix(count) }
            // RFC 7208, 7.3: joined by dots, whatever they were split at.
            value = Array(parts.joined(separator: [UInt8(ascii: ".")]))
        }
        return isEscaped ? Self.escaped(value) : value
    }

    /// Everything but letters, digits and `-._~` as `%41` (RFC 7208, 7.3; RFC 3986, 2.3).
    private static func escaped(_ value: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return value.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
            }
        }
    }
}
