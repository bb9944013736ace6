import Foundation

/// An e-mail address: a local part and a domain (RFC 5321, 4.1.2; RFC 6531 for local parts beyond ASCII).
public struct EmailAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What stands before the `@`, without quotes and escapes; 1 to 64 octets; case and spelling kept.
    public let localPart: String
    /// What stands after the `@`.
    public let domain: MailDomain

    /// Reads an address without anything around it.
    ///
    /// Refuses control characters and angle brackets anywhere, also where the grammar would let them be quoted.
    public init(parsing text: String) throws(AddressError) {
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= 2_048 else { throw .tooLong }
        for scalar in text.unicodeScalars {
            if scalar.isControl || scalar.isInvisibleFormat { throw .controlCharacter }
            if scalar == "<" || scalar == ">" { throw .angleBracket }
        }
        let bytes = Array(text.utf8)
        let local: [UInt8]
        let rest: ArraySlice<UInt8>
        if bytes[0] == UInt8(ascii: "\"") {
            (local, rest) = try Self.quotedLocalPart(bytes)
        } else {
            guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { throw .missingAt }
            local = Array(bytes[..<at])
            rest = bytes[(at + 1)...]
            try Self.checkDotString(local)
        }
        guard !rest.isEmpty else { throw .missingDomain }
        if rest.contains(where: \.isBlank) { throw .blank }
        try self.init(localPart: local.asText, domain: MailDomain(parsing: rest.asText))
    }

    /// An address from its parts; refuses the same as ``init(parsing:)`` does.
    public init(localPart: String, domain: MailDomain) throws(AddressError) {
        guard !localPart.isEmpty else { throw .missingLocalPart }
        for scalar in localPart.unicodeScalars {
            if scalar.isControl || scalar.isInvisibleFormat { throw .controlCharacter }
            if scalar == "<" || scalar == ">" { throw .angleBracket }
        }
        // RFC 6532, 3.1: text beyond ASCII is normalised to NFC.
        let isASCII = localPart.utf8.allSatisfy { $0 < 0x80 }
        self.localPart = isASCII ? localPart : localPart.precomposedStringWithCanonicalMapping
        self.domain = domain
        let length = Self.wireForm(of: self.localPart).utf8.count
        guard length <= 64 else { throw .localPartTooLong }
        guard length + 1 + domain.ascii.utf8.count <= 254 else { throw .tooLong }
    }

    /// The address as it goes over the wire: domain as A-labels, local part quoted where it must be.
    public var wireForm: String { "\(Self.wireForm(of: localPart))@\(domain.ascii)" }

    /// The address as people read it: domain with its own letters.
    public var displayForm: String { "\(Self.wireForm(of: localPart))@\(domain.unicode)" }

    /// The same as ``wireForm``.
    public var description: String { wireForm }

    /// Equal for addresses that almost certainly are one mailbox: case is ignored on both sides of the `@`.
    public var comparisonKey: String { "\(localPart.lowercased())@\(domain.ascii)" }

    /// Whether a server must offer SMTPUTF8 to take mail for this address (RFC 6531, 3.1).
    public var needsSMTPUTF8: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } }

    /// Reads the address from a single string.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes ``wireForm`` as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wireForm)
    }

    /// The local part as a dot-string if it is one, else as a quoted-string (RFC 5321, 4.1.2).
    static func wireForm(of localPart: String) -> String {
        let bytes = Array(localPart.utf8)
        if (try? checkDotString(bytes)) != nil { return localPart }
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        return (quoted + [UInt8(ascii: "\"")]).asText
    }

    private static func checkDotString(_ bytes: [UInt8]) throws(AddressError) {
        guard let first = bytes.first, let last = bytes.last else { throw .missingLocalPart }
        let dot = UInt8(ascii: ".")
        if first == dot || last == dot { throw .misplacedDot }
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case dot: if previous == dot { throw .misplacedDot }
            case UInt8(ascii: "@"): throw .severalAts
            case 0x20: throw .blank
            default: guard byte.isAtext || byte >= 0x80 else { throw .forbiddenCharacter }
            }
            previous = byte
        }
    }

    private static func quotedLocalPart(_ bytes: [UInt8]) throws(AddressError) -> ([UInt8], ArraySlice<UInt8>) {
        var content: [UInt8] = []
        var index = 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "@") else { throw .missingAt }
                guard !content.isEmpty else { throw .missingLocalPart }
                return (content, bytes[(index + 2)...])
            case UInt8(ascii: "\\") where index + 1 < bytes.count:
                content.append(bytes[index + 1])
                index += 2
            default:
                content.append(bytes[index])
                index += 1
            }
        }
        throw .malformedQuotes
    }
}
