public import DNS

/// What the MX records of a domain come to, before any host's address is known.
public struct MXList: Sendable, Hashable {
    /// A host and its preference.
    public struct Entry: Sendable, Hashable {
        /// The host.
        public var name: DNSName
        /// The lower one is tried first.
        public var preference: UInt16

        /// An entry.
        public init(_ name: DNSName, preference: UInt16) {
            self.name = name
            self.preference = preference
        }
    }

    /// The hosts in the order in which they are tried.
    public private(set) var entries: [Entry] = []
    /// What was odd.
    public private(set) var notes: [RouteNote] = []
    /// Whether the domain says that it takes no mail (RFC 7505, 3).
    public private(set) var isNull = false
    /// Whether we are among the hosts ourselves.
    public private(set) var namesUs = false

    /// Reads MX records: sorted by preference, equal ones in random order (RFC 5321, 5.1).
    ///
    /// - Parameters:
    ///   - records: the records of the answer.
    ///   - ownNames: our own names; where one is among the hosts, it and all that come no sooner are left out.
    ///   - limits: how many hosts are kept.
    ///   - generator: where the random order comes from.
    public init(
        _ records: [DNSRecord], ownNames: Set<DNSName> = [], limits: RoutingLimits = RoutingLimits(),
        using generator: inout some RandomNumberGenerator
    ) {
        var found: [Entry] = []
        var names: [DNSName: Int] = [:]
        var saysNull = false
        for record in records {
            guard case .mx(let preference, let exchange) = record.data else { continue }
            if exchange == .root {
                saysNull = true
            } else if exchange.isAddressLiteral {
                notes.append(.addressAsHost(exchange))
            } else if !exchange.isHostName {
                notes.append(.invalidName(exchange))
            } else if let index = names[exchange] {
                // The same host twice: its better preference counts.
                found[index].preference = min(found[index].preference, preference)
            } else {
                names[exchange] = found.count
                found.append(Entry(exchange, preference: preference))
            }
        }
        isNull = saysNull && found.isEmpty && notes.isEmpty
        if saysNull && !isNull { notes.append(.nullBesideOthers) }

        // Sorted by name first: the random order depends on nothing but the generator.
        found.sort { $0.name < $1.name }
        found.shuffle(using: &generator)
        var sorted = found.enumerated()
            .sorted { ($0.element.preference, $0.offset) < ($1.element.preference, $1.offset) }.map(\.element)
        if let ours = sorted.first(where: { ownNames.contains($0.name) }) {
            namesUs = true
            notes.append(.ownHost(ours.name, preference: ours.preference))
            sorted.removeAll { $0.preference >= ours.preference }
        }
        if sorted.count > limits.hosts {
            notes.append(.tooManyHosts(sorted.count - limits.hosts))
            sorted.removeLast(sorted.count - limits.hosts)
        }
        entries = sorted
    }
}
