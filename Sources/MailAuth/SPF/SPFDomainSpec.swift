public import DNS

/// A name in a record, maybe with macros (RFC 7208, 7.1: domain-spec).
public struct SPFDomainSpec: Sendable, Hashable, CustomStringConvertible {
    /// The text with its macros.
    public let text: SPFMacroString
    /// The name, where there are no macros in it and DNS can be asked for it.
    public let fixedName: DNSName?
    /// Which names cannot be expanded without further look-ups.
    let needsValidatedName: Bool
    /// Whether the sender's local part goes into the name.
    let needsLocalPart: Bool

    /// Reads a name.
    ///
    /// - Throws: ``SPFSyntaxError`` if it is empty, malformed, or does not end in a top-level label or a macro.
    public init(parsing text: some Collection<UInt8>) throws(SPFSyntaxError) {
        guard !text.isEmpty else { throw SPFSyntaxError(.missingArgument, text) }
        let string = try SPFMacroString(parsing: text, in: .record)
        if case .literal(let ending) = string.pieces.last {
            // The dot before the top-level label stands in the same literal: no macro ends in one that counts.
            guard Self.endsInTopLabel(ending) else {
                let isAddress = IPAddress(String(decoding: Array(text), as: UTF8.self)) != nil
                throw SPFSyntaxError(isAddress ? .addressAsName : .badName, text)
            }
        }
        self.text = string
        if string.pieces.count == 1, case .literal(let bytes) = string.pieces[0] {
            fixedName = Self.name(bytes)
            needsValidatedName = false
            needsLocalPart = false
            return
        }
        fixedName = nil
        let macros = string.macros
        needsValidatedName = macros.contains { $0.letter == .validatedName }
        needsLocalPart = macros.contains { $0.letter == .localPart || $0.letter == .sender }
    }

    /// A name without macros, such as that of an include of our own.
    public init(_ name: DNSName) throws(SPFSyntaxError) {
        // A percent sign would start a macro.
        let bytes = name.labels.joined(separator: [UInt8(ascii: ".")]).flatMap { byte in
            byte == UInt8(ascii: "%") ? [byte, byte] : [byte]
        }
        try self.init(parsing: bytes)
    }

    /// The text as it was written.
    public var description: String { text.description }

    /// The name that DNS is asked for, and its octets (RFC 7208, 7.3); `nil` if the result is no name that can be asked
    /// for: such names count as missing.
    func target(_ values: SPFMacroValues) -> SPFTarget? {
        if let fixedName { return SPFTarget(name: fixedName) }
        var bytes = text.expanded(values)
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        // RFC 7208, 7.3: labels are taken off at the left until the rest fits into 253 octets.
        while bytes.count > 253, let dot = bytes.firstIndex(of: UInt8(ascii: ".")) { bytes.removeFirst(dot + 1) }
        return Self.name(bytes).map { SPFTarget(name: $0, text: bytes) }
    }

    /// Octets between dots are labels as they are: there are no escapes.
    static func name(_ text: [UInt8]) -> DNSName? { DNSName(dotted: text) }

    /// domain-end = ( "." toplabel [ "." ] ) / macro-expand (RFC 7208, 7.1).
    private static func endsInTopLabel(_ text: [UInt8]) -> Bool {
        var text = text[...]
        if text.last == UInt8(ascii: ".") { text.removeLast() }
        guard let dot = text.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return isTopLabel(text[(dot + 1)...])
    }

    /// Letters, digits and hyphens, no hyphen at the ends, not digits only (RFC 7208, 7.1).
    static func isTopLabel(_ label: ArraySlice<UInt8>) -> Bool {
        guard let first = label.first, let last = label.last, first != UInt8(ascii: "-"), last != UInt8(ascii: "-"),
            label.allSatisfy({ isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") })
        else { return false }
        return !label.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

/// A name to ask for, and its octets as macros see them.
struct SPFTarget: Sendable, Hashable {
    let name: DNSName
    private let written: [UInt8]?

    init(name: DNSName, text: [UInt8]? = nil) {
        self.name = name
        written = text
    }

    var text: [UInt8] { written ?? Array(name.labels.joined(separator: [UInt8(ascii: ".")])) }
}
