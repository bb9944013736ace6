public import MailMessage

/// The names that recipients see before the addresses in From: the one place where they are put together, for what
/// leaves, for what is shown before sending, and for the examples on the page.
public struct SenderNames: Sendable, Hashable {
    /// Where the account's own address stands in From.
    public let own: SenderNamePattern
    /// Where the system sender stands in.
    public let fallback: SenderNamePattern
    /// The organisation's name; may be empty.
    public let organisation: String

    /// Names by patterns.
    public init(own: SenderNamePattern = .plainName, fallback: SenderNamePattern, organisation: String = "") {
        self.own = own
        self.fallback = fallback
        self.organisation = organisation
    }

    /// What stands in From where the mail bears the author's own address.
    public func own(_ author: Mailbox) -> Mailbox {
        // Nobody's name is made up who has none.
        if author.name == nil, own == .plainName { return author }
        return Mailbox(name: compose(own, author, at: author.address), address: author.address)
    }

    /// What stands in From where the system sender stands in.
    public func fallback(_ author: Mailbox, by systemSender: Mailbox) -> Mailbox {
        Mailbox(name: compose(fallback, author, at: systemSender.address), address: systemSender.address)
    }

    // MARK: Composing

    /// The most octets of a name in From.
    private static let longest = 300

    private func compose(_ pattern: SenderNamePattern, _ author: Mailbox, at address: EmailAddress) -> String {
        var name = ""
        // A field that is empty takes the words with it that only lead over to it: `Anna · `.
        for piece in pattern.pieces {
            switch piece {
            case .words(let words): name += words
            case .field(.name): name += Self.shown(author, at: address)
            case .field(.address): name += author.address.displayForm
            case .field(.organisation): name += Self.harmless(organisation, at: address)
            }
        }
        let lead: Set<Character> = [" ", "-", "–", "—", "|", "·", ",", "/", ":"]
        while let last = name.last, lead.contains(last) { name.removeLast() }
        while let first = name.first, lead.contains(first) { name.removeFirst() }
        return HeaderText(cleaning: name).truncated(toOctets: Self.longest).value
    }

    /// A person's name; one that shows another address than the mail's own gives way to what stands before the at-sign
    /// of the own one. Filters take such names for forgeries, and people fall for them.
    private static func shown(_ author: Mailbox, at address: EmailAddress) -> String {
        if let name = author.name, harmless(name, at: address) == name { return name }
        return harmless(author.address.localPart, at: address)
    }

    /// The text, its at-signs blank where it shows another address than this one.
    private static func harmless(_ text: String, at address: EmailAddress) -> String {
        guard showsAddress(text) else { return text }
        let own = [address.displayForm, address.wireForm].map { $0.lowercased() }
        if own.contains(text.lowercased()) { return text }
        return String(text.map { atSigns.contains($0) ? " " : $0 })
    }

    /// The sign between name and domain, and what looks like it.
    private static let atSigns: Set<Character> = ["@", "\u{FF20}", "\u{FE6B}"]

    /// Whether something in a person's name reads as an address: an at-sign with something on both sides.
    private static func showsAddress(_ text: String) -> Bool {
        let characters = Array(text)
        return characters.indices.contains { index in
            atSigns.contains(characters[index]) && index > 0 && index + 1 < characters.count
                && !characters[index - 1].isWhitespace && !characters[index + 1].isWhitespace
        }
    }

    /// Whether words of a pattern would be part of an address together with what stands beside them.
    static func looksLikeAddress(part: String) -> Bool {
        part.contains { atSigns.contains($0) || $0 == "<" || $0 == ">" || $0 == "\u{FF1C}" || $0 == "\u{FF1E}" }
    }
}
