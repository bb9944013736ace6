public import DNS
public import MailMessage

/// The domain of a message's author, which DMARC protects (RFC 9989, 5.3.1).
public enum DMARCAuthor {
    /// Why a message has no single author domain; then DMARC cannot be evaluated (RFC 9989, 5.3.1 and 11.5).
    public enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// There is no From field.
        case missingFrom
        /// There are several From fields: a reader may be shown another one than was checked.
        case severalFrom(Int)
        /// No address can be read in the From field.
        case noAddress
        /// A part of the From field is no address.
        case malformed(String)
        /// The addresses in the From field have different domains; all of them.
        case severalDomains([DNSName])

        /// What is wrong, in English.
        public var description: String {
            switch self {
            case .missingFrom: "the message has no From field"
            case .severalFrom(let count): "the message has \(count) From fields"
            case .noAddress: "the From field has no address"
            case .malformed(let text): "this part of the From field is no address: \(text)"
            case .severalDomains(let names):
                "the authors have different domains: " + names.map(\.description).joined(separator: ", ")
            }
        }
    }

    /// The most octets of a From field that are looked at.
    public static let maximumOctets = 65_536

    /// Finds the domain in a message's header fields. Internationalised names become A-labels (RFC 9989, 5.3.1).
    ///
    /// - Throws: ``Problem`` if there is not exactly one.
    public static func domain(in headers: [ParsedHeader]) throws(Problem) -> DNSName {
        let fields = headers.filter { $0.name.lowercased() == "from" }
        guard let field = fields.first else { throw .missingFrom }
        guard fields.count == 1 else { throw .severalFrom(fields.count) }
        guard field.value.utf8.count <= maximumOctets else { throw .malformed(String(field.value.prefix(100))) }
        let list = AddressList(parsing: field.value)
        if let mistake = list.mistakes.first { throw .malformed(mistake.text) }
        var names: [DNSName] = []
        for mailbox in list.mailboxes {
            guard let name = DNSName(mailbox.address.domain.ascii) else {
                throw .malformed(mailbox.address.description)
            }
            if !names.contains(name) { names.append(name) }
        }
        guard let name = names.first else { throw .noAddress }
        guard names.count == 1 else { throw .severalDomains(names) }
        return name
    }
}
