import DNS

/// Decides for a destination how each of its hosts may be used.
///
/// | | what decides | then |
/// |---|---|---|
/// | 1 | TLSA records cannot be asked for | not this host, for now |
/// | 2 | usable TLSA records | DANE, whatever MTA-STS says (RFC 8461, 2) |
/// | 3 | MTA-STS, mode `enforce` | a listed host with a valid certificate, or not this host |
/// | 4 | the administrator's list | what it demands |
/// | 5 | REQUIRETLS | a proven host with a valid certificate, or not this host |
/// | 6 | TLSA records, none of them usable | TLS, with any certificate |
/// | 7 | nothing | TLS if offered |
public struct SecurityDecision: Sendable, Hashable {
    /// The way to the destination.
    public var route: MailRoute
    /// The domain's MTA-STS policy in force, if there is one.
    public var policy: STSPolicy?
    /// What the administrator demands of the destination.
    public var demand: TLSDemand?
    /// What the sender of the mail asks.
    public var request: MailTLSRequest

    /// What the decision rests on, for all hosts of a route.
    public init(
        for route: MailRoute, policy: STSPolicy? = nil, demand: TLSDemand? = nil, request: MailTLSRequest = .none
    ) {
        self.route = route
        self.policy = policy
        self.demand = demand
        self.request = request
    }

    /// Decides for one host.
    ///
    /// - Parameters:
    ///   - host: one of the route's.
    ///   - tlsa: what its TLSA records demand.
    /// - Returns: how it may be used.
    /// - Throws: ``HostRefusal`` if it may not.
    public func security(of host: MailHost, tlsa: TLSAFinding) throws(HostRefusal) -> HostSecurity {
        let listens = request != .optional
        // The administrator's demands stay, and may be met by DANE.
        let tlsa = listens || demand == .dane || demand == .verified ? tlsa : .notApplicable
        let policy = listens && policy?.mode != STSPolicy.Mode.none ? policy : nil
        let tested = policy?.mode == .testing ? policy : nil
        let isListed = host.name.map { policy?.permits($0) == true } ?? false

        if case .temporary(let failure) = tlsa { throw .tlsaUnavailable(failure) }
        // REQUIRETLS: who the hosts are must be proven too, not only that this is one of them (RFC 8689, 4.2.1).
        let isProven = route.isSecure || route.origin == .literal || (policy?.mode == .enforce && isListed)
        if case .records(let set, let baseName) = tlsa {
            if request == .required && !isProven { throw .unprovenHost }
            return HostSecurity(
                .dane(set, names: referenceNames(baseName)), basis: .dane, requiresREQUIRETLS: request == .required,
                tested: tested)
        }
        if demand == .dane { throw .daneRequired }
        if policy?.mode == .enforce {
            guard isListed, let name = host.name else { throw .notInPolicy }
            return HostSecurity(
                .verified(name: name), basis: .mtaSTS, requiresREQUIRETLS: request == .required)
        }
        if request == .required {
            guard isProven, let name = host.name else { throw .unprovenHost }
            return HostSecurity(.verified(name: name), basis: .sender, requiresREQUIRETLS: true, tested: tested)
        }
        switch demand {
        case .verified:
            guard let name = host.name else { throw .unprovenHost }
            return HostSecurity(.verified(name: name), basis: .administrator, tested: tested)
        case .encrypted: return HostSecurity(.encrypted, basis: .administrator, tested: tested)
        case .dane, nil: break
        }
        if case .unusable = tlsa { return HostSecurity(.encrypted, basis: .dane, tested: tested) }
        return HostSecurity(.opportunistic, basis: .none, tested: tested)
    }

    /// The names of which a certificate must have one where an issuer is matched: the one of the records, then the
    /// destination's own and what it is an alias of (RFC 7672, 3.2.2).
    private func referenceNames(_ baseName: DNSName) -> [DNSName] {
        var names = [baseName]
        if case .domain(let domain) = route.destination {
            for name in [domain, route.expandedName].compactMap({ $0 }) where !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }
}
