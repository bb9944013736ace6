public import MailMessage

/// One entry of a typed list of recipients: an address, or what is wrong with it.
public struct RecipientCheck: Equatable, Sendable {
    /// The entry as it was typed, at most 320 characters of it.
    public let text: String
    /// The address, if it is one.
    public let mailbox: Mailbox?
    /// What is wrong with it, if it is none.
    public let problem: AddressError?

    /// An entry.
    public init(text: String, mailbox: Mailbox?, problem: AddressError?) {
        self.text = text
        self.mailbox = mailbox
        self.problem = problem
    }
}

/// A typed list of recipients, read: duplicates folded, mistakes marked, nothing dropped in silence.
public struct RecipientListCheck: Equatable, Sendable {
    /// A pasted novel has thousands of mistakes; these are enough to see that it is one.
    static let mostProblems = 100

    /// All entries in their order.
    public let entries: [RecipientCheck]
    /// How many entries were folded into earlier ones.
    public let duplicateCount: Int

    /// The addresses.
    public var mailboxes: [Mailbox] { entries.compactMap(\.mailbox) }

    /// Reads a list.
    ///
    /// - Parameter text: as typed or pasted: `Name <a@b>; …`, one a line, with commas.
    public init(_ text: String) {
        let list = AddressList(parsing: text)
        duplicateCount = list.duplicateCount
        entries = list.entries.map { entry in
            switch entry {
            case .mailbox(let mailbox):
                RecipientCheck(text: mailbox.displayForm, mailbox: mailbox, problem: nil)
            case .mistake(let mistake): RecipientCheck(text: mistake.text, mailbox: nil, problem: mistake.error)
            }
        }
    }

    /// What the sender must change, beside the entry that it is about.
    ///
    /// - Parameter most: how many recipients a delivery may have.
    /// - Returns: nothing if the list can be sent to.
    func problems(most: Int) -> [FieldError] {
        if entries.isEmpty { return [FieldError("recipients", "required")] }
        var result: [FieldError] = []
        if entries.count > most { result.append(FieldError("recipients", "too-many", ["most": String(most)])) }
        for (index, entry) in entries.enumerated() {
            guard let problem = entry.problem else { continue }
            result.append(FieldError("recipients[\(index)]", "address-\(problem.rawValue)", ["text": entry.text]))
            if result.count == Self.mostProblems { break }
        }
        return result
    }
}
