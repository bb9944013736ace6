/// A word of a server's response (RFC 9051, 4).
public enum IMAPToken: Sendable, Hashable {
    /// A word without quotes, such as `UID`, `BODY[]<0>` or a number.
    case atom(String)
    /// The octets of a quoted string or of a literal.
    case string([UInt8])
    /// Words in parentheses.
    case list([IMAPToken])

    /// The word in capital letters if it is an atom.
    public var keyword: String? {
        if case .atom(let text) = self { return text.uppercased() }
        return nil
    }

    /// The number, if the word is one of 32 bits.
    public var number: UInt32? {
        if case .atom(let text) = self { return UInt32(text) }
        return nil
    }

    /// The octets of a string, or of an atom that is not NIL.
    public var octets: [UInt8]? {
        switch self {
        case .string(let octets): octets
        case .atom(let text): text.uppercased() == "NIL" ? nil : Array(text.utf8)
        case .list: nil
        }
    }
}
