public import MailMessage

/// A domain as somebody typed or pasted it: cleaned of what people copy along, and judged.
public struct DomainEntry: Sendable, Hashable {
    /// The domain.
    public let domain: MailDomain
    /// What a person should look at twice.
    public let cautions: [DomainCaution]

    /// Reads what was typed: a domain, an address, an address with a name, or a web address.
    ///
    /// - Parameters:
    ///   - text: what was typed.
    ///   - known: domains that are known here, to warn of others that look like them.
    ///   - isPublicSuffix: whether anybody can register a domain beneath one.
    /// - Throws: ``DomainRefusal``.
    public init(
        typed text: String, known: [MailDomain] = [], isPublicSuffix: (MailDomain) -> Bool = { _ in false }
    ) throws(DomainRefusal) {
        let cleaned = Self.cleaned(text)
        guard !cleaned.isEmpty else { throw .empty }
        if cleaned.hasPrefix("[") || cleaned.contains(":") || Self.isNumbers(cleaned) { throw .networkAddress }
        guard let domain = try? MailDomain(parsing: cleaned) else { throw .malformed }
        self.domain = domain
        let labels = domain.ascii.split(separator: ".")
        guard labels.count > 1, let top = labels.last, !Self.privateTops.contains(String(top)) else {
            throw .notPublic
        }
        if let provider = MailboxProviders.provider(of: domain) { throw .mailboxProvider(domain: provider) }
        if isPublicSuffix(domain) { throw .publicSuffix(domain: domain.unicode) }
        cautions = Homographs.cautions(for: domain, known: known + MailboxProviders.lookalikeTargets)
    }

    /// The domains of addresses, the most frequent first, without those that cannot become sender domains.
    ///
    /// - Parameters:
    ///   - addresses: the accounts' addresses.
    ///   - present: the sender domains that are there already.
    ///   - isPublicSuffix: whether anybody can register a domain beneath one.
    /// - Returns: each domain with the number of accounts that it is the domain of.
    public static func suggestions(
        from addresses: [EmailAddress], present: Set<MailDomain> = [],
        isPublicSuffix: (MailDomain) -> Bool = { _ in false }
    ) -> [(domain: MailDomain, accounts: Int)] {
        var counts: [MailDomain: Int] = [:]
        for address in addresses where !present.contains(address.domain) { counts[address.domain, default: 0] += 1 }
        return counts.filter { domain, _ in
            (try? DomainEntry(typed: domain.ascii, isPublicSuffix: isPublicSuffix)) != nil
        }
        .sorted { ($1.value, $0.key.ascii) < ($0.value, $1.key.ascii) }
        .map { (domain: $0.key, accounts: $0.value) }
    }

    /// Names that are used within networks or mean no domain of mail (RFC 6761, 6; RFC 6762, 3).
    private static let privateTops: Set<String> = [
        "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion",
    ]

    /// What is left without scheme, user, port, path, brackets and dots around.
    private static func cleaned(_ text: String) -> String {
        var visible = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let category = scalar.properties.generalCategory
            // Line ends are blanks here, joiners and marks of direction nothing.
            if category == .control { visible.append(" ") } else if category != .format { visible.append(scalar) }
        }
        var rest = Substring(String(visible))
        func trim() {
            let around: (Character) -> Bool = { $0.isWhitespace || "<>\"'„“”‚‘’«»(),;".contains($0) }
            rest = rest.drop(while: around)
            while let last = rest.last, around(last) { rest.removeLast() }
        }
        trim()
        var isWeb = false
        if let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            isWeb = true
        } else if rest.lowercased().hasPrefix("mailto:") {
            rest = rest.dropFirst("mailto:".count)
        }
        // In a web address an @ may stand in the path, in an address a slash before the @.
        if isWeb { rest = rest.prefix { !"/?#\\".contains($0) } }
        if let at = rest.lastIndex(where: { $0 == "@" || $0 == "＠" }) { rest = rest[rest.index(after: at)...] }
        rest = rest.prefix { !"/?#\\".contains($0) }
        trim()
        // A port, but not a network address of many colons.
        if !rest.hasPrefix("["), let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon,
            rest[rest.index(after: colon)...].allSatisfy({ $0.isNumber })
        {
            rest = rest[..<colon]
        }
        while let last = rest.last, last == "." || last == "。" { rest.removeLast() }
        while rest.first == "." { rest.removeFirst() }
        // Nobody sends from the name of a web server.
        if rest.lowercased().hasPrefix("www."), rest.dropFirst(4).contains(".") { rest = rest.dropFirst(4) }
        return String(rest)
    }

    private static func isNumbers(_ text: String) -> Bool {
        text.contains(".") && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
