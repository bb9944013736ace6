import DNS

/// A zone and the servers that answer for it.
struct Zone: Sendable {
    /// One of its servers.
    struct Server: Sendable {
        let name: DNSName
        let addresses: [IPAddress]
        /// How to ask it, or why it cannot be asked.
        let access: Result<any DNSResolver, DNSFailure>
    }

    let apex: DNSName
    let servers: [Server]
    /// Why its servers could not be found.
    let trouble: DNSFailure?
}

/// Finds the zone that a name lies in, and its servers, by asking the resolver.
struct ZoneFinder: Sendable {
    /// So many servers of a zone are asked at most; a zone with more is asked at the first ones.
    static let maximumServers = 13

    let resolver: any DNSResolver
    let access: any AuthoritativeAccess
    let budget: TimeBudget

    /// The apex of the zone that a name lies in: where the nearest SOA record stands, at the name or above it
    /// (RFC 1034, 4.2.1).
    ///
    /// - Returns: `nil` and why, if it could not be found out.
    func apex(of name: DNSName) async -> Result<DNSName, DNSFailure> {
        let candidates = (1...max(1, name.labelCount)).reversed().map { name.suffix($0) }
        let replies = await withTaskGroup(of: (Int, TimeBudget.Reply).self) { group in
            for (index, candidate) in candidates.enumerated() {
                group.addTask { (index, await budget.ask(resolver, candidate, .soa)) }
            }
            return await group.reduce(into: [Int: TimeBudget.Reply]()) { $0[$1.0] = $1.1 }
        }
        for (index, candidate) in candidates.enumerated() {
            switch replies[index] {
            case .success(let answer):
                // An alias leads to the start of another zone.
                if answer.records.contains(where: { $0.name == candidate }) { return .success(candidate) }
            case .failure(let failure): return .failure(failure)
            case nil: break
            }
        }
        return .success(.root)
    }

    /// The servers of a zone with the way to each.
    func zone(_ apex: DNSName) async -> Zone {
        let names: [DNSName]
        switch await budget.ask(resolver, apex, .ns) {
        case .failure(let failure): return Zone(apex: apex, servers: [], trouble: failure)
        case .success(let answer):
            names = answer.records.compactMap { record in
                if case .ns(let name) = record.data { name } else { nil }
            }
        }
        let servers = await withTaskGroup(of: Zone.Server.self) { group in
            for name in names.sorted().prefix(Self.maximumServers) { group.addTask { await server(name) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return Zone(apex: apex, servers: servers.sorted { $0.name < $1.name }, trouble: nil)
    }

    private func server(_ name: DNSName) async -> Zone.Server {
        async let four = budget.ask(resolver, name, .a)
        async let six = budget.ask(resolver, name, .aaaa)
        let replies = await [four, six]
        let addresses = replies.flatMap { (try? $0.get())?.addresses ?? [] }
        guard !addresses.isEmpty else {
            for case .failure(let failure) in replies {
                return Zone.Server(name: name, addresses: [], access: .failure(failure))
            }
            let failure = DNSFailure(.unreachable, server: "\(name)", detail: "the server has no address")
            return Zone.Server(name: name, addresses: [], access: .failure(failure))
        }
        guard let resolver = access.resolver(for: name, addresses: addresses) else {
            let failure = DNSFailure(.unreachable, server: "\(name)", detail: "its addresses must not be asked")
            return Zone.Server(name: name, addresses: addresses, access: .failure(failure))
        }
        return Zone.Server(name: name, addresses: addresses, access: .success(resolver))
    }
}
