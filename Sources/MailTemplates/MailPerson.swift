public import MailMessage

/// A person as shown in a mail.
public struct MailPerson: Sendable, Hashable {
    /// The name, cleaned for display, or nil.
    public let name: String?
    /// The address as people read it.
    public let address: String
    /// The person's organisation, cleaned for display, or nil.
    public let organisation: String?

    /// A person behind a mailbox.
    public init(_ mailbox: Mailbox, organisation: String? = nil) {
        name = mailbox.name.map { HeaderText(cleaning: $0).truncated(toOctets: 200).value }
        address = mailbox.address.displayForm
        let cleaned = organisation.map { HeaderText(cleaning: $0).truncated(toOctets: 200).value }
        self.organisation = cleaned?.isEmpty == true ? nil : cleaned
    }

    /// The name, or the address of somebody without one.
    public var shortForm: String { name ?? address }

    /// Name and address as they read well inside a sentence.
    public var sentenceForm: String { name.map { "\($0) (\(address))" } ?? address }

    /// Name, address and organisation.
    public var fullForm: String {
        let person = name.map { "\($0) <\(address)>" } ?? address
        return organisation.map { "\(person), \($0)" } ?? person
    }
}
