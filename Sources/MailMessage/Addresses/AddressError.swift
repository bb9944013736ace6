/// What is wrong with an e-mail address. The raw value is a stable code.
public enum AddressError: String, Error, Sendable, CaseIterable, Codable {
    /// There is nothing.
    case empty = "empty"
    /// No `@`.
    case missingAt = "missing-at"
    /// More than one `@` outside quotes.
    case severalAts = "several-ats"
    /// Nothing before the `@`.
    case missingLocalPart = "missing-local-part"
    /// Nothing after the `@`.
    case missingDomain = "missing-domain"
    /// More than 64 octets before the `@` (RFC 5321, 4.5.3.1.1).
    case localPartTooLong = "local-part-too-long"
    /// More than 253 octets after the `@`, or a label with more than 63.
    case domainTooLong = "domain-too-long"
    /// More than 254 octets together (RFC 5321, 4.5.3.1.3).
    case tooLong = "too-long"
    /// A control character, a line break, or a character that hides or turns text.
    case controlCharacter = "control-character"
    /// An angle bracket inside the address, or one that is not closed.
    case angleBracket = "angle-bracket"
    /// A blank inside the address; often a separator is missing.
    case blank = "blank"
    /// A dot at the beginning or end of the part before the `@`, or two in a row.
    case misplacedDot = "misplaced-dot"
    /// A character that may not stand before the `@`.
    case forbiddenCharacter = "forbidden-character"
    /// A quoted part that is not closed.
    case malformedQuotes = "malformed-quotes"
    /// A domain that no domain can be called: an empty label, a forbidden character, only digits at the end.
    case malformedDomain = "malformed-domain"
    /// A network address in brackets in place of a domain.
    case addressLiteral = "address-literal"
}
