import DNS
import FoundationEssentials
import MailAuth
public import MailMessage

extension DomainCheck {
    /// Selectors that are often used, so that a key of a system that is there is noticed.
    static let usualSelectors = [
        "default", "dkim", "google", "k1", "key1", "mail", "mta", "s1", "s2", "selector1", "selector2", "smtp",
    ]

    /// Looks at a domain before anything is changed, by asking the resolver only. Never fails: what could not be found
    /// out is `nil`, and who could not be asked is named.
    ///
    /// - Parameters:
    ///   - domain: the domain.
    ///   - setup: what of the installation matters: its selectors are looked for too.
    public func look(at domain: MailDomain, setup: DomainSetup) async -> DomainLook {
        let start = now()
        guard let name = DNSName(domain.ascii) else { return DomainLook(domain: domain, at: start, exists: .no) }
        return await TimeBudget.run(budget, clock: clock) { budget in
            await look(at: domain, name, setup, budget, start)
        }
    }

    private func look(
        at domain: MailDomain, _ name: DNSName, _ setup: DomainSetup, _ budget: TimeBudget, _ start: Date
    ) async -> DomainLook {
        let budgeted = BudgetedResolver(resolver, budget)
        let finder = ZoneFinder(resolver: resolver, access: access, budget: budget)
        async let apex = finder.apex(of: name)
        async let exchanges = budget.ask(resolver, name, .mx)
        async let texts = budget.ask(resolver, name, .txt)
        async let dmarc = DMARCSearch(resolver: budgeted, suffixes: suffixes).search(name)
        async let keys = keys(name, setup, budget)

        var troubles: [ServerTrouble] = []
        func note(_ failure: DNSFailure) {
            let trouble = ServerTrouble(server: failure.server ?? ServerTrouble.resolver, code: failure.code)
            if !troubles.contains(trouble) { troubles.append(trouble) }
        }
        var exists = DomainReport.Certainty.unknown
        var zone: DNSName?
        var nameServers: [DNSName] = []
        switch await apex {
        case .failure(let failure): note(failure)
        case .success(let apex):
            zone = apex
            if case .success(let answer) = await texts {
                exists = answer.outcome == .noSuchName && !apex.isSubdomain(of: registrable(name)) ? .no : .yes
            }
            switch await budget.ask(resolver, apex, .ns) {
            case .failure(let failure): note(failure)
            case .success(let answer):
                nameServers = answer.records.compactMap { record in
                    if case .ns(let name) = record.data { name } else { nil }
                }.sorted()
            }
        }
        var mail: DomainLook.Mail?
        switch await exchanges {
        case .failure(let failure): note(failure)
        case .success(let answer): mail = Self.mail(answer)
        }
        var spf: DomainLook.SPF?
        switch await texts {
        case .failure(let failure): note(failure)
        case .success(let answer): spf = await Self.spf(answer, name, budgeted)
        }
        let policy = await dmarc
        if let failure = policy.failure { note(failure) }
        return await DomainLook(
            domain: domain, at: start, exists: exists, zone: exists == .no ? nil : zone,
            nameServers: exists == .no ? [] : nameServers, mail: mail, spf: spf, dmarc: policy.finding,
            isDMARCKnown: policy.failure == nil, keys: keys,
            troubles: troubles)
    }

    private static func mail(_ answer: DNSAnswer) -> DomainLook.Mail {
        let hosts = answer.records.compactMap { record -> (UInt16, DNSName)? in
            if case .mx(let preference, let exchange) = record.data { (preference, exchange) } else { nil }
        }.sorted { $0 < $1 }.map(\.1)
        if hosts.isEmpty { return .none }
        // RFC 7505, 3.
        return hosts == [.root] ? .refused : .hosts(hosts)
    }

    private static func spf(_ answer: DNSAnswer, _ name: DNSName, _ resolver: BudgetedResolver) async -> DomainLook.SPF?
    {
        let texts = SPFRecord.texts(in: answer).map { String(decoding: $0, as: UTF8.self) }
        guard let text = texts.first else { return DomainLook.SPF.none }
        guard texts.count == 1 else { return .several(texts) }
        let record: SPFRecord
        do {
            record = try SPFRecord(parsing: text)
        } catch {
            return .broken(text: text, detail: "\(error)")
        }
        let count = await SPFLookupCounter(resolver: resolver).count(record, of: name)
        if let problem = count.problems.first {
            switch SPFJudge.diagnosis(problem, text) {
            case .resolverTrouble, .bogus: return nil
            default: return .broken(text: text, detail: "\(problem)")
            }
        }
        return count.isTooMany
            ? .tooMany(text: text, lookups: count.total) : .good(text: text, lookups: count.total)
    }

    private func keys(_ name: DNSName, _ setup: DomainSetup, _ budget: TimeBudget) async -> [DomainLook.Key] {
        let ours = (1...2).flatMap { number in
            DomainKey.KeyType.allCases.map { setup.selectors.selector(number, $0) }
        }
        let selectors = Set(ours + setup.toldSelectors + Self.usualSelectors)
        return await withTaskGroup(of: DomainLook.Key?.self) { group in
            for selector in selectors {
                group.addTask {
                    guard let name = DKIMKeyRecord.name(selector: selector, domain: name),
                        case .success(let answer) = await budget.ask(resolver, name, .txt),
                        let text = answer.texts.first, let record = try? DKIMKeyRecord(parsing: text),
                        !record.isRevoked
                    else { return nil }
                    return DomainLook.Key(
                        selector: selector, type: record.keyType.map(DomainKey.KeyType.init),
                        isAlias: !answer.aliases.isEmpty)
                }
            }
            return await group.reduce(into: [DomainLook.Key]()) { keys, key in
                if let key { keys.append(key) }
            }.sorted { $0.selector < $1.selector }
        }
    }
}
