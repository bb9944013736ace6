/// Addresses as people paste them: from Outlook, from a header, from a spreadsheet.
///
/// Understood are `Name <a@b>; "Last, First" <c@d>, e@f`, separators `;` `,` and line breaks, quotes, comments,
/// `mailto:`, names after a tab, and Outlook's unquoted `Last, First <a@b>`. Addresses that come twice are folded into
/// the first. Time and memory grow linearly with the text.
public struct AddressList: Sendable, Equatable {
    /// One thing found in the text.
    public enum Entry: Sendable, Equatable {
        /// An address that can be written to.
        case mailbox(Mailbox)
        /// Something that is no address.
        case mistake(Mistake)
    }

    /// What was written, and what is wrong with it.
    public struct Mistake: Sendable, Equatable {
        /// The entry as it was written, at most 320 characters of it.
        public var text: String
        /// What is wrong.
        public var error: AddressError
    }

    /// All entries in their order, duplicates folded.
    public private(set) var entries: [Entry] = []
    /// How many entries were folded into earlier ones.
    public private(set) var duplicateCount = 0

    /// The entries that are addresses.
    public var mailboxes: [Mailbox] {
        entries.compactMap { if case .mailbox(let mailbox) = $0 { mailbox } else { nil } }
    }

    /// The entries that are none.
    public var mistakes: [Mistake] {
        entries.compactMap { if case .mistake(let mistake) = $0 { mistake } else { nil } }
    }

    /// Reads a text. Nothing in it is ever dropped in silence: each entry becomes a mailbox or a mistake.
    public init(parsing text: String) {
        var places: [String: Int] = [:]
        for piece in AddressListScanner(text).pieces() {
            for entry in AddressListScanner.entries(in: piece) {
                guard case .mailbox(let mailbox) = entry else {
                    entries.append(entry)
                    continue
                }
                let key = mailbox.address.comparisonKey
                guard let place = places[key] else {
                    places[key] = entries.count
                    entries.append(entry)
                    continue
                }
                duplicateCount += 1
                if case .mailbox(let first) = entries[place], first.name == nil, let name = mailbox.name {
                    entries[place] = .mailbox(Mailbox(name: name, address: first.address))
                }
            }
        }
    }
}
