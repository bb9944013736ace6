import DNS
import FoundationEssentials
import MailAuth
import MailMessage

/// One check of one domain under way: first what is there, then the plan, then each record of it.
struct DomainInquiry: Sendable {
    let domain: SenderDomain
    let setup: DomainSetup
    let check: DomainCheck
    let budget: TimeBudget
    let start: Date
    let resolver: BudgetedResolver
    let finder: ZoneFinder
    let include: DNSName?

    init(_ domain: SenderDomain, setup: DomainSetup, check: DomainCheck, budget: TimeBudget, start: Date) {
        self.domain = domain
        self.setup = setup
        self.check = check
        self.budget = budget
        self.start = start
        resolver = BudgetedResolver(check.resolver, budget)
        finder = ZoneFinder(resolver: check.resolver, access: check.access, budget: budget)
        include = setup.spfInclude.flatMap { DNSName($0) }
    }

    /// What was found out before the plan.
    struct Ground: Sendable {
        var live: LiveRecords
        var zones: [DNSName: Zone]
        var facts: SPFIncludeFacts
        var dmarc: DMARCSearch.Result
        /// Why nothing else needs to be asked.
        var verdict: RecordDiagnosis?
    }

    func report() async -> DomainReport {
        guard let name = DNSName(domain.domain.ascii) else {
            let plan = RecordPlan(domain: domain.domain, zone: .root, records: [])
            return DomainReport(domain: domain.domain, at: start, milliseconds: 0, plan: plan, findings: [])
        }
        let ground = await ground(name)
        let plan =
            RecordPlan(for: domain, setup: setup, live: ground.live)
            ?? RecordPlan(domain: domain.domain, zone: ground.live.zone, records: [])
        let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, record) in plan.records.enumerated() {
                group.addTask { (index, await outcome(of: record, ground)) }
            }
            return await group.reduce(into: [Int: Outcome]()) { $0[$1.0] = $1.1 }
        }
        let all = plan.records.indices.map { outcomes[$0] ?? Outcome(.notChecked) }
        let findings = zip(plan.records, all).map { RecordFinding(record: $0, diagnosis: $1.diagnosis) }
        let conclusion = DomainConclusion(
            domain: domain, setup: setup, findings: findings, outcomes: all, dmarc: ground.dmarc.finding)
        return DomainReport(
            domain: domain.domain, at: start,
            milliseconds: max(0, Int(check.now().timeIntervalSince(start) * 1_000)), plan: plan,
            findings: findings, servers: servers(ground, all), dkim: conclusion.dkim, spf: conclusion.spf,
            bounces: conclusion.bounces, control: conclusion.control, dmarc: ground.dmarc.finding,
            learned: all.reduce(into: [:]) { learned, outcome in
                if let (selector, key) = outcome.learned { learned[selector] = key }
            })
    }

    // MARK: Before the plan

    private func ground(_ name: DNSName) async -> Ground {
        async let apex = finder.apex(of: name)
        async let keyApex = Self.apex(finder, name.prefixed(by: "_domainkey"))
        async let bounceApex = Self.apex(
            finder, setup.returnPath == .subdomain ? name.prefixed(by: ReturnPathMode.bounceLabel) : nil)
        async let texts = budget.ask(check.resolver, name, .txt)
        async let dmarc = DMARCSearch(resolver: resolver, suffixes: check.suffixes).search(name)
        async let facts = Self.facts(include, resolver)

        var ground = await Ground(live: LiveRecords(zone: name), zones: [:], facts: facts, dmarc: dmarc)
        ground.live.dmarc = ground.dmarc.finding
        ground.live.includeLookups = ground.facts.lookups
        switch await apex {
        case .failure(let failure):
            ground.verdict = Self.trouble(failure)
            return ground
        case .success(let apex):
            let isThere: Bool =
                if case .success(let answer) = await texts { answer.outcome != .noSuchName } else { true }
            guard isThere || apex.isSubdomain(of: check.registrable(name)) else {
                ground.verdict = .noSuchDomain
                return ground
            }
            ground.live.zone = apex
            ground.live.keyZone = await Self.below(apex, keyApex)
            ground.live.bounceZone = await Self.below(apex, bounceApex)
        }
        if case .success(let answer) = await texts {
            ground.live.spf = SPFRecord.texts(in: answer).map { String(decoding: $0, as: UTF8.self) }
            if let text = ground.live.spf.first, ground.live.spf.count == 1,
                let record = try? SPFRecord(parsing: text)
            {
                let count = await SPFLookupCounter(resolver: resolver).count(record, of: name)
                // What cannot be counted to its end is not counted.
                ground.live.spfLookups = count.problems.isEmpty ? count.total : nil
            }
        }
        let apexes = Set([ground.live.zone, ground.live.keyZone, ground.live.bounceZone].compactMap { $0 })
        ground.zones = await withTaskGroup(of: Zone.self) { group in
            for apex in apexes { group.addTask { await finder.zone(apex) } }
            return await group.reduce(into: [:]) { $0[$1.apex] = $1 }
        }
        return ground
    }

    private static func apex(_ finder: ZoneFinder, _ name: DNSName?) async -> DNSName? {
        guard let name else { return nil }
        return try? await finder.apex(of: name).get()
    }

    /// A zone of its own beneath another.
    private static func below(_ apex: DNSName, _ other: DNSName?) -> DNSName? {
        other.flatMap { $0 != apex && $0.isSubdomain(of: apex) ? $0 : nil }
    }

    private static func facts(_ include: DNSName?, _ resolver: BudgetedResolver) async -> SPFIncludeFacts {
        guard let include else { return SPFIncludeFacts() }
        return await SPFIncludeFacts.find(include, resolver)
    }

    static func trouble(_ failure: DNSFailure) -> RecordDiagnosis {
        if failure.code == .bogus { return .bogus }
        return .resolverTrouble([ServerTrouble(server: ServerTrouble.resolver, code: failure.code)])
    }

    // MARK: The servers

    /// What became of each server: it has trouble if it answered none of the questions.
    private func servers(_ ground: Ground, _ outcomes: [Outcome]) -> [DomainReport.Server] {
        var troubles: [String: DNSFailure.Code] = [:]
        for trouble in outcomes.flatMap(\.silent) { troubles[trouble.server] = trouble.code }
        let heard = Set(outcomes.flatMap(\.heard))
        return ground.zones.values.sorted { $0.apex < $1.apex }.flatMap { zone in
            zone.servers.map { server in
                let name = server.name.description
                var trouble = heard.contains(name) ? nil : troubles[name]
                if case .failure(let failure) = server.access { trouble = failure.code }
                return DomainReport.Server(
                    name: server.name, address: server.addresses.first?.description, trouble: trouble)
            }
        }
    }
}
