public import DNS

/// Finds the way to a destination: which hosts, at which addresses, in which order (RFC 5321, 5.1).
public struct MailRouter: Sendable {
    let resolver: any DNSResolver
    let egress: EgressPolicy
    let ownNames: Set<DNSName>
    let preference: AddressPreference
    let limits: RoutingLimits

    /// A router.
    ///
    /// - Parameters:
    ///   - resolver: whom it asks.
    ///   - egress: which addresses may be dialled.
    ///   - ownNames: the names under which this server takes mail itself.
    ///   - preference: in which order a host's addresses are tried.
    ///   - limits: how much of a zone is looked at.
    public init(
        resolver: any DNSResolver, egress: EgressPolicy = .public, ownNames: Set<DNSName> = [],
        preference: AddressPreference = .v6First, limits: RoutingLimits = RoutingLimits()
    ) {
        self.resolver = resolver
        self.egress = egress
        self.ownNames = ownNames
        self.preference = preference
        self.limits = limits
    }

    /// Finds the way.
    ///
    /// 1. An address literal is its own host.
    /// 2. MX records are asked for; a failure to learn of them is temporary, and no reason to look for addresses.
    /// 3. "No mail" ends it (RFC 7505). Without MX records the domain itself is the only host.
    /// 4. The addresses of all hosts are asked for at once, and judged by the egress policy.
    /// 5. Hosts without an address are put aside. If none is left, the reason decides whether to try again.
    ///
    /// - Parameters:
    ///   - destination: where the mail goes.
    ///   - generator: the order among hosts of equal preference comes from it.
    /// - Returns: at least one host, each with at least one address.
    /// - Throws: ``RoutingFailure``.
    public func route(
        to destination: MailDestination, using generator: inout some RandomNumberGenerator
    ) async throws(RoutingFailure) -> MailRoute {
        switch destination {
        case .address(let address): return try route(to: address)
        case .domain(let domain):
            let answer: DNSAnswer
            do {
                answer = try await resolver.resolve(domain, .mx)
            } catch {
                throw RoutingFailure(error, about: domain)
            }
            guard answer.outcome == .found else { return try await implicitRoute(to: domain, after: answer) }
            let list = MXList(answer.records, ownNames: ownNames, limits: limits, using: &generator)
            return try await route(to: domain, by: list, from: answer)
        }
    }

    private func route(to address: IPAddress) throws(RoutingFailure) -> MailRoute {
        let destination = MailDestination.address(address)
        switch egress.refusal(of: address) {
        case nil:
            return MailRoute(to: destination, origin: .literal, hosts: [MailHost(name: nil, addresses: [address])])
        case .own: throw RoutingFailure(.loop, detail: "\(destination) is this server")
        case .scope(let scope):
            throw RoutingFailure(.privateAddresses, detail: "\(destination) is a \(scope.rawValue) address")
        }
    }

    private func route(
        to domain: DNSName, by list: MXList, from answer: DNSAnswer
    ) async throws(RoutingFailure) -> MailRoute {
        if list.isNull { throw RoutingFailure(.nullMX, detail: "\(domain) takes no mail") }
        if list.entries.isEmpty {
            throw list.namesUs
                ? RoutingFailure(.loop, detail: "the first mail host of \(domain) is this server")
                : RoutingFailure(.noUsableHost, detail: "no MX record of \(domain) names a host")
        }
        var route = MailRoute(
            to: .domain(domain), origin: .mx, hosts: [], notes: list.notes, isSecure: answer.verdict == .secure,
            expandedName: answer.expandedName(of: domain), ttl: answer.ttl)
        return try finish(&route, with: await findings(for: list.entries), of: domain)
    }

    private func implicitRoute(
        to domain: DNSName, after answer: DNSAnswer
    ) async throws(RoutingFailure) -> MailRoute {
        // No name at all: there are no addresses either (RFC 8020), and nobody needs to be asked for them.
        if answer.outcome == .noSuchName { throw RoutingFailure(.noSuchDomain, detail: "\(domain) does not exist") }
        if ownNames.contains(domain) { throw RoutingFailure(.loop, detail: "\(domain) is this server") }
        var route = MailRoute(
            to: .domain(domain), origin: .implicitMX, hosts: [], isSecure: answer.verdict == .secure,
            expandedName: answer.expandedName(of: domain), ttl: answer.ttl)
        return try finish(&route, with: await findings(for: [MXList.Entry(domain, preference: 0)]), of: domain)
    }

    private func finish(
        _ route: inout MailRoute, with findings: [HostFinding], of domain: DNSName
    ) throws(RoutingFailure) -> MailRoute {
        var namesUs = false
        var kept = findings
        // A host that has one of our addresses is this server by another name (RFC 5321, 5.1).
        let ours = findings.filter { $0.host.refused.contains { $0.refusal == .own } }
        if let first = ours.min(by: { $0.host.preference < $1.host.preference }) {
            namesUs = true
            route.notes.append(.ownHost(first.host.name ?? domain, preference: first.host.preference))
            kept.removeAll { $0.host.preference >= first.host.preference }
        }
        for finding in kept {
            route.ttl = min(route.ttl, finding.ttl)
            route.notes += finding.notes
            if finding.host.addresses.isEmpty {
                route.unreachable.append(finding.host)
            } else {
                route.hosts.append(finding.host)
            }
        }
        guard route.hosts.isEmpty else { return route }
        throw failure(of: route, namesUs: namesUs, domain: domain)
    }

    /// Why no host is left. What may be better later comes first: only what is certain is permanent.
    private func failure(of route: MailRoute, namesUs: Bool, domain: DNSName) -> RoutingFailure {
        if let cause = route.unreachable.compactMap(\.failure).first { return RoutingFailure(cause, about: domain) }
        let refused = route.unreachable.flatMap(\.refused)
        if !refused.isEmpty {
            let addresses = refused.prefix(5).map { "\($0.address)" }.joined(separator: ", ")
            return RoutingFailure(.privateAddresses, detail: "\(domain) leads to private addresses: \(addresses)")
        }
        if namesUs { return RoutingFailure(.loop, detail: "the first mail host of \(domain) is this server") }
        return route.origin == .implicitMX
            ? RoutingFailure(.noMailHost, detail: "\(domain) has neither MX records nor addresses")
            : RoutingFailure(.noUsableHost, detail: "no mail host of \(domain) has an address")
    }
}
