/// An address of the SMTP envelope: the mailbox between the angle brackets of `MAIL FROM` or `RCPT TO`, or the null
/// reverse path (RFC 5321, 4.1.2 and 4.5.5).
///
/// Only what is safe to put on a command line can become a value of this type: no CR, LF, NUL or other control
/// character, no angle bracket, and a domain in its ASCII form (A-labels).
public struct SMTPEnvelopeAddress: Sendable, Hashable, CustomStringConvertible {
    /// The mailbox as it goes on the wire, without angle brackets; empty for the null reverse path.
    public let wire: String

    /// The null reverse path `<>`, under which bounces and notifications travel (RFC 5321, 4.5.5).
    public static let null = SMTPEnvelopeAddress(unchecked: "")

    /// Checks a mailbox and takes it over unchanged.
    ///
    /// - Parameter mailbox: `local-part@domain`, the domain as A-labels or as an address literal.
    /// - Throws: ``Problem`` that names the first thing that is wrong.
    public init(_ mailbox: String) throws(Problem) {
        guard !mailbox.isEmpty else { throw .empty }
        for scalar in mailbox.unicodeScalars where Self.isForbidden(scalar) { throw .forbiddenCharacter }
        // RFC 5321, 4.5.3.1.3: a path has at most 256 octets, the angle brackets included.
        guard mailbox.utf8.count <= 254 else { throw .tooLong }
        guard let at = mailbox.utf8.lastIndex(of: UInt8(ascii: "@")) else { throw .noDomain }
        let local = Array(mailbox.utf8[..<at])
        let domain = Array(mailbox.utf8[mailbox.utf8.index(after: at)...])
        // RFC 5321, 4.5.3.1.1: a local part has at most 64 octets.
        guard local.count <= 64 else { throw .tooLong }
        guard Self.isLocalPart(local) else { throw .badLocalPart }
        guard !domain.isEmpty else { throw .noDomain }
        guard domain.allSatisfy({ $0 < 0x80 }) else { throw .domainNotASCII }
        guard Self.isDomain(domain) else { throw .badDomain }
        wire = mailbox
    }

    private init(unchecked: String) {
        wire = unchecked
    }

    /// Whether this is the null reverse path.
    public var isNull: Bool { wire.isEmpty }

    /// Whether the local part has characters outside ASCII, so that the peer must offer SMTPUTF8 (RFC 6531).
    public var needsSMTPUTF8: Bool { wire.utf8.contains { $0 >= 0x80 } }

    /// The path with its angle brackets.
    public var description: String { "<\(wire)>" }

    /// What can be wrong with an envelope address.
    public enum Problem: Error, Sendable, Hashable {
        /// There is no text at all; the null reverse path is ``SMTPEnvelopeAddress/null``.
        case empty
        /// A control character, a line separator or an angle bracket.
        case forbiddenCharacter
        /// Longer than RFC 5321, 4.5.3.1 allows.
        case tooLong
        /// The part after the last `@` is missing.
        case noDomain
        /// The local part is neither a dot-string nor a quoted string.
        case badLocalPart
        /// The domain is neither a list of labels nor an address literal.
        case badDomain
        /// The domain has characters outside ASCII; it must be given as A-labels.
        case domainNotASCII
    }
}

extension SMTPEnvelopeAddress {
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        case 0x3C, 0x3E: true
        default: false
        }
    }

    /// RFC 5321, 4.1.2: `Local-part = Dot-string / Quoted-string`; RFC 6531, 3.3 adds non-ASCII characters.
    private static func isLocalPart(_ octets: [UInt8]) -> Bool {
        guard let first = octets.first, let last = octets.last else { return false }
        if first == UInt8(ascii: "\"") {
            guard octets.count >= 2, last == first else { return false }
            var escaped = false
            for octet in octets[1..<(octets.count - 1)] {
                if escaped {
                    escaped = false
                } else if octet == UInt8(ascii: "\\") {
                    escaped = true
                } else if octet == UInt8(ascii: "\"") {
                    return false
                }
            }
            return !escaped
        }
        return octets.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomText) }
    }

    private static func isAtomText(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xFF:
            true
        default:
            "!#$%&'*+-/=?^_`{|}~".utf8.contains(octet)
        }
    }

    /// RFC 5321, 4.1.2 and 4.1.3. Underscores are tolerated: such hosts exist.
    static func isDomain(_ octets: [UInt8]) -> Bool {
        if octets.first == UInt8(ascii: "[") {
            guard octets.last == UInt8(ascii: "]"), octets.count > 2 else { return false }
            return octets[1..<(octets.count - 1)].allSatisfy { isLabelOctet($0) || ".:".utf8.contains($0) }
        }
        return octets.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { label in
                !label.isEmpty && label.count <= 63 && label.allSatisfy(isLabelOctet)
                    && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            }
    }

    private static func isLabelOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}
