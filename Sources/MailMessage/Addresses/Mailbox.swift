/// An address with the name that people see (RFC 5322, 3.4).
public struct Mailbox: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The display name, cleaned of control characters and invisible ones, or nil.
    public let name: String?
    /// The address.
    public let address: EmailAddress

    /// A mailbox. Control characters in the name become a space, characters that turn text around are taken out.
    public init(name: String? = nil, address: EmailAddress) {
        let cleaned = name.map { HeaderText(cleaning: $0).value } ?? ""
        self.name = cleaned.isEmpty ? nil : cleaned
        self.address = address
    }

    /// Reads a mailbox with whatever name is stored, cleaning it again.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decodeIfPresent(String.self, forKey: .name),
            address: try container.decode(EmailAddress.self, forKey: .address))
    }

    /// The mailbox for people: `Anna Müller <anna@müller.example>`, or the bare address.
    public var displayForm: String {
        guard let name else { return address.displayForm }
        return "\(name) <\(address.displayForm)>"
    }

    /// The same as ``displayForm``.
    public var description: String { displayForm }

    /// The name, or the address where there is none.
    public var nameOrAddress: String { name ?? address.displayForm }

    private enum CodingKeys: String, CodingKey {
        case name, address
    }
}
