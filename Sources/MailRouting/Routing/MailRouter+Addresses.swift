import DNS

/// A host with what was odd about it.
struct HostFinding: Sendable {
    var host: MailHost
    var notes: [RouteNote] = []
    var ttl: UInt32 = .max
}

extension MailRouter {
    /// Asks for the addresses of all hosts at once; the order stays.
    func findings(for entries: [MXList.Entry]) async -> [HostFinding] {
        await withTaskGroup(of: (Int, HostFinding).self) { group in
            for (index, entry) in entries.enumerated() {
                group.addTask { (index, await self.finding(for: entry)) }
            }
            var found: [(Int, HostFinding)] = []
            for await one in group { found.append(one) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func finding(for entry: MXList.Entry) async -> HostFinding {
        var finding = HostFinding(host: MailHost(name: entry.name, preference: entry.preference, isSecure: true))
        var families: [[IPAddress]] = []
        for result in await answers(entry.name) {
            switch result {
            case .failure(let failure):
                // One family that fails takes nothing from what is proven of the other: a forged answer must not be a
                // way around DANE (RFC 7672, 2.1).
                finding.host.failure = finding.host.failure ?? failure
            case .success(let answer):
                families.append(answer.addresses)
                finding.ttl = min(finding.ttl, answer.ttl)
                if answer.verdict != .secure { finding.host.isSecure = false }
                finding.host.expandedName = answer.expandedName(of: entry.name)
            }
        }
        if let expanded = finding.host.expandedName, expanded != entry.name {
            finding.notes.append(.alias(entry.name, to: expanded))
        }
        let (addresses, isCut) = limits.cut(families)
        if isCut { finding.notes.append(.tooManyAddresses(entry.name)) }
        for address in addresses {
            if let refusal = egress.refusal(of: address) {
                finding.host.refused.append(MailHost.RefusedAddress(address, refusal))
            } else if !finding.host.addresses.contains(address) {
                finding.host.addresses.append(address)
            }
        }
        if finding.host.addresses.isEmpty && finding.host.failure != nil { finding.host.isSecure = false }
        return finding
    }

    /// The answers for each family, in the order in which addresses are tried.
    private func answers(_ name: DNSName) async -> [Result<DNSAnswer, DNSFailure>] {
        let types = preference.recordTypes
        async let second = types.count > 1 ? answer(name, types[1]) : nil
        let first = await answer(name, types[0])
        return [first, await second].compactMap { $0 }
    }

    private func answer(_ name: DNSName, _ type: DNSRecordType) async -> Result<DNSAnswer, DNSFailure> {
        do {
            return .success(try await resolver.resolve(name, type))
        } catch {
            return .failure(error)
        }
    }
}

extension DNSAnswer {
    /// The name at the end of the aliases that were followed.
    func expandedName(of name: DNSName) -> DNSName {
        guard let last = aliases.last, case .cname(let target) = last.data else { return name }
        return target
    }
}
