import Foundation

/// The domain of an e-mail address, in the form for the wire and in the form for people.
///
/// Equal domains are those with equal A-labels, whatever way they were written.
public struct MailDomain: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Lower case, with internationalised labels as A-labels (RFC 5890, 2.3.2.1): what DNS and SMTP see.
    public let ascii: String
    /// Lower case, with internationalised labels as people read them.
    public let unicode: String

    /// Reads a domain name of at most 253 octets, in either form or mixed. A single label is a domain too.
    public init(parsing text: String) throws(AddressError) {
        guard !text.isEmpty else { throw .missingDomain }
        guard text.utf8.count <= 1_024 else { throw .domainTooLong }
        if text.utf8.first == UInt8(ascii: "[") { throw .addressLiteral }
        var asciiLabels: [String] = []
        var unicodeLabels: [String] = []
        for label in Self.mapped(text).split(separator: ".", omittingEmptySubsequences: false) {
            let (ascii, unicode) = try Self.forms(of: String(label))
            asciiLabels.append(ascii)
            unicodeLabels.append(unicode)
        }
        // A name that ends in a number would be read as a network address (RFC 3696, 2).
        if let last = asciiLabels.last, last.utf8.allSatisfy(\.isASCIIDigit) { throw .malformedDomain }
        ascii = asciiLabels.joined(separator: ".")
        unicode = unicodeLabels.joined(separator: ".")
        guard ascii.utf8.count <= 253 else { throw .domainTooLong }
    }

    /// The form for the wire.
    public var description: String { ascii }

    /// Whether two domains are the same.
    public static func == (left: MailDomain, right: MailDomain) -> Bool { left.ascii == right.ascii }

    /// Hashes the form for the wire.
    public func hash(into hasher: inout Hasher) { hasher.combine(ascii) }

    /// Reads the domain from a single string.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the form for the wire as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(ascii)
    }

    /// Lower case, compatibility characters folded, the ideographic full stops as dots (RFC 5895, 2).
    private static func mapped(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return String(decoding: text.utf8.map(\.asciiLowercased), as: UTF8.self)
        }
        let folded = text.lowercased().precomposedStringWithCompatibilityMapping
        var scalars = String.UnicodeScalarView()
        for scalar in folded.unicodeScalars {
            scalars.append(scalar == "\u{3002}" || scalar == "\u{FF61}" || scalar == "\u{FF0E}" ? "." : scalar)
        }
        return String(scalars)
    }

    private static func forms(of label: String) throws(AddressError) -> (ascii: String, unicode: String) {
        guard !label.isEmpty else { throw .malformedDomain }
        if label.utf8.allSatisfy({ $0 < 0x80 }) {
            guard label.utf8.count <= 63 else { throw .domainTooLong }
            guard isHostLabel(label) else { throw .malformedDomain }
            guard label.hasPrefix("xn--") else { return (label, label) }
            // An A-label must be the one that its U-label gives (RFC 5891, 5.4).
            guard let decoded = Punycode.decode(String(label.dropFirst(4))), isUnicodeLabel(decoded),
                Punycode.encode(decoded).map({ "xn--" + $0 }) == label, mapped(decoded) == decoded
            else { throw .malformedDomain }
            return (label, decoded)
        }
        guard label.unicodeScalars.count <= 63 else { throw .domainTooLong }
        guard isUnicodeLabel(label), let encoded = Punycode.encode(label) else { throw .malformedDomain }
        guard encoded.utf8.count <= 59 else { throw .domainTooLong }
        return ("xn--" + encoded, label)
    }

    /// Letters, digits and hyphens, none at the ends (RFC 1123, 2.1).
    private static func isHostLabel(_ label: String) -> Bool {
        let bytes = label.utf8
        guard bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
    }

    /// Lower-case letters, marks and digits (RFC 5892, 2.1), at least one beyond ASCII, no mark in front.
    private static func isUnicodeLabel(_ label: String) -> Bool {
        let scalars = label.unicodeScalars
        guard scalars.contains(where: { $0.value >= 0x80 }), scalars.first != "-", scalars.last != "-" else {
            return false
        }
        var isFirst = true
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber: break
            case .nonspacingMark, .spacingMark: if isFirst { return false }
            default: if scalar != "-" && scalar != "\u{B7}" { return false }
            }
            isFirst = false
        }
        return true
    }
}
