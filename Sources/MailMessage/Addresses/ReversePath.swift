/// The envelope sender (RFC 5321, 4.1.2): where reports about a mail go, or nowhere.
public enum ReversePath: Sendable, Hashable, Codable, CustomStringConvertible {
    /// `<>`: mail that must never be answered, such as a report itself.
    case null
    /// Reports go to this address.
    case address(EmailAddress)

    /// Reads `<>`, `<a@b>`, an empty text or a bare address.
    public init(parsing text: String) throws(AddressError) {
        var inner = text[...]
        if inner.hasPrefix("<") {
            guard inner.hasSuffix(">") else { throw .angleBracket }
            inner = inner.dropFirst().dropLast()
        }
        self = inner.isEmpty ? .null : .address(try EmailAddress(parsing: String(inner)))
    }

    /// The path with its angle brackets, as it stands in `MAIL FROM`.
    public var wireForm: String {
        switch self {
        case .null: "<>"
        case .address(let address): "<\(address.wireForm)>"
        }
    }

    /// The address, if there is one.
    public var address: EmailAddress? {
        if case .address(let address) = self { return address }
        return nil
    }

    /// The same as ``wireForm``.
    public var description: String { wireForm }

    /// Reads the path from a single string.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes ``wireForm`` as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wireForm)
    }
}
