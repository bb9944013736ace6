public import DNS

/// Finds the TLSA records of a mail host (RFC 7672, 2.2).
public struct TLSALookup: Sendable {
    private let resolver: any DNSResolver

    /// A look-up.
    ///
    /// - Parameter resolver: whom it asks; only one that validates finds anything.
    public init(resolver: any DNSResolver) {
        self.resolver = resolver
    }

    /// Finds the records of a host.
    ///
    /// 1. Where the addresses are secure, the records stand at the host's expanded name or at its own (2.2.2, 2.2.3).
    /// 2. Where they are not, but the host is an alias and the alias itself is secure, they stand at its own name.
    /// 3. The first name that has records decides; an insecure answer counts as none there, a failure as a failure.
    ///
    /// What the host's records demand holds also where the MX answer is not secure (RFC 7672, 2.2.1): then it is proven
    /// which host this is, though not that it is the domain's.
    ///
    /// - Parameters:
    ///   - host: the host.
    ///   - port: the port that the name is made of. It stays 25 where another port is dialled.
    /// - Returns: what the records demand.
    public func finding(for host: MailHost, port: UInt16 = 25) async -> TLSAFinding {
        guard let name = host.name else { return .notApplicable }
        var baseNames = [name]
        if host.isSecure {
            if let expanded = host.expandedName, expanded != name { baseNames.insert(expanded, at: 0) }
        } else if host.isAlias {
            do {
                let alias = try await resolver.resolve(name, .cname)
                guard alias.outcome == .found, alias.verdict == .secure else { return .notApplicable }
            } catch {
                return .temporary(error)
            }
        } else {
            return .notApplicable
        }
        var finding = TLSAFinding.notApplicable
        for baseName in baseNames {
            // A name that is too long for the prefix can have no such records.
            guard let owner = baseName.prefixed(by: "_\(port)._tcp") else { continue }
            let answer: DNSAnswer
            do {
                answer = try await resolver.resolve(owner, .tlsa)
            } catch {
                return .temporary(error)
            }
            guard answer.verdict == .secure else { continue }
            let set = TLSARecordSet(answer.records.map(\.data))
            if !set.records.isEmpty { return .records(set, baseName: baseName) }
            if set.isUnusable { return .unusable(set, baseName: baseName) }
            finding = .none
        }
        return finding
    }
}
