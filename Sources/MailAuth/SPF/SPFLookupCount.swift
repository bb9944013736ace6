public import DNS

/// What a whole record costs a receiver in the worst case: the terms that ask DNS, with all records that it includes or
/// redirects to (RFC 7208, 4.6.4).
public struct SPFLookupCount: Sendable, Hashable {
    /// One term that asks DNS.
    public struct Entry: Sendable, Hashable {
        /// In whose record it stands.
        public var domain: DNSName
        /// How many records lie above that one: 0 for the record that was asked about.
        public var depth: Int
        /// The term.
        public var term: SPFTerm
        /// How many terms it costs: itself, and those of the record that it leads to.
        public var cost: Int
        /// Why the record that it leads to cannot be counted; then there may be more.
        public var problem: SPFProblem?
        /// Whether its name has macros, so that nobody knows beforehand where it leads.
        public var isOpen: Bool
    }

    /// The terms, each before those of the record that it leads to.
    public internal(set) var entries: [Entry] = []
    /// Whether counting ended early, because the record costs far more than is allowed.
    public internal(set) var isCutOff = false

    /// How many terms ask DNS.
    public var total: Int { entries.count }

    /// Whether receivers may give up before the end of the record.
    public var isTooMany: Bool { total > SPFLimits.standard.lookups }

    /// The entries whose records cannot be read: each is "permerror" or "temperror" for receivers that come so far.
    public var problems: [SPFProblem] { entries.compactMap(\.problem) }

    /// Whether a record is included that passes for the sender, directly or by way of others.
    public func includes(_ name: DNSName) -> Bool {
        entries.contains { entry in
            if case .directive(let directive) = entry.term, directive.qualifier != .pass { return false }
            return entry.term.otherRecord?.fixedName == name
        }
    }
}
