import DNS

/// The administrator's list of destinations that demand TLS.
public struct TLSDemands: Sendable, Hashable {
    private var exact: [DNSName: TLSDemand] = [:]
    private var beneath: [DNSName: TLSDemand] = [:]
    /// What holds for destinations that are not on the list.
    public var others: TLSDemand?

    /// An empty list.
    ///
    /// - Parameter others: what holds for destinations that are not on it.
    public init(others: TLSDemand? = nil) {
        self.others = others
    }

    /// Puts a destination on the list: `example.com`, or `*.example.com` for all names beneath it.
    ///
    /// - Returns: whether the text is such a pattern.
    @discardableResult
    public mutating func add(_ pattern: String, _ demand: TLSDemand) -> Bool {
        let isWildcard = pattern.hasPrefix("*.")
        guard let name = DNSName(isWildcard ? String(pattern.dropFirst(2)) : pattern), name.isHostName else {
            return false
        }
        if isWildcard { beneath[name] = demand } else { exact[name] = demand }
        return true
    }

    /// What is demanded of a destination; the closest pattern counts.
    public func demand(for destination: MailDestination) -> TLSDemand? {
        guard case .domain(let domain) = destination else { return others }
        if let demand = exact[domain] { return demand }
        var parent = domain.parent
        while let name = parent {
            if let demand = beneath[name] { return demand }
            parent = name.parent
        }
        return others
    }
}
