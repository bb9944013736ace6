import DNS
import MailAuth
public import MailMessage

extension DomainCheck {
    /// Whether anybody can register a domain beneath one, by the list of public suffixes; without a list nobody can.
    public func isPublicSuffix(_ domain: MailDomain) -> Bool {
        guard let suffixes, let name = DNSName(domain.ascii) else { return false }
        return suffixes.publicSuffix(of: name) == name
    }

    /// Reads what somebody typed, by the list of public suffixes that this check has.
    ///
    /// - Parameters:
    ///   - text: a domain, an address, or a web address.
    ///   - known: domains that are known here, to warn of others that look like them.
    /// - Throws: ``DomainRefusal``.
    public func entry(typed text: String, known: [MailDomain] = []) throws(DomainRefusal) -> DomainEntry {
        try DomainEntry(typed: text, known: known, isPublicSuffix: isPublicSuffix)
    }

    /// The domains of accounts that can become sender domains, the most frequent first, each with the number of its
    /// accounts.
    public func suggestions(
        from addresses: [EmailAddress], present: Set<MailDomain>
    ) -> [(domain: MailDomain, accounts: Int)] {
        DomainEntry.suggestions(from: addresses, present: present, isPublicSuffix: isPublicSuffix)
    }
}
