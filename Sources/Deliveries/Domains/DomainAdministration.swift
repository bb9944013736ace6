import Foundation
public import MailMessage
public import Secrets
public import SenderDomains

/// What administrators do with sender domains.
public struct DomainAdministration: Sendable {
    /// A domain with all that its page shows.
    public struct Detail: Sendable {
        /// The domain: keys, state, last report with the records to publish.
        public let domain: SenderDomain
        /// What happened, newest first.
        public let history: [DomainHistoryEntry]
        /// The names of the accounts in the history.
        public let actors: [AccountID: String]
        /// The open hand-over link, if there is one.
        public let handOver: HandOver?
        /// Requests for it, newest first.
        public let requests: [DomainRequest]
        /// How many mails wait for it.
        public let held: Int
    }

    /// The most entries of the history that a page shows.
    public static let historyShown = 200

    let parts: DomainParts

    /// Works with the given parts.
    public init(_ parts: DomainParts) {
        self.parts = parts
    }

    // MARK: Reading

    /// All domains by name.
    public func list() async throws -> [SenderDomain] {
        try await parts.base.database.read { try $0.senderDomains.domains() }
    }

    /// The domains of accounts that can become sender domains, with how many accounts each has, most first.
    public func accountDomains() async throws -> [(domain: MailDomain, accounts: Int)] {
        let (addresses, present) = try await parts.base.database.read { transaction in
            (
                try transaction.accounts.accounts(search: "", withDeleted: false, offset: 0, limit: 10_000)
                    .filter { $0.state != .disabled }.map(\.email),
                Set(try transaction.senderDomains.standings().keys)
            )
        }
        return DomainEntry.suggestions(
            from: addresses, present: present, isPublicSuffix: parts.probe.isPublicSuffix)
    }

    /// A domain.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func domain(_ name: MailDomain) async throws -> SenderDomain {
        try await parts.base.database.read { transaction in
            guard let domain = try transaction.senderDomains.domain(name) else { throw DeliveriesError(.notFound) }
            return domain
        }
    }

    /// A domain with all that its page shows.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func detail(_ name: MailDomain) async throws -> Detail {
        let now = parts.base.now()
        return try await parts.base.database.read { transaction in
            let store = transaction.senderDomains
            guard let domain = try store.domain(name) else { throw DeliveriesError(.notFound) }
            let history = try store.history(of: name, offset: 0, limit: Self.historyShown)
            var actors: [AccountID: String] = [:]
            for id in Set(history.compactMap(\.actor)) { actors[id] = try transaction.accounts.account(id)?.name }
            return Detail(
                domain: domain, history: history, actors: actors,
                handOver: try store.handOvers(of: name).first { $0.purpose == .records && $0.isOpen(at: now) },
                requests: try store.requests(for: name),
                held: try transaction.outbox.entryCount(OutboxFilter(heldFor: name)))
        }
    }

    // MARK: Adding and checking

    /// Reads and judges what was typed as a domain.
    ///
    /// - Throws: `DomainRefusal`.
    public func entry(_ typed: String) async throws -> DomainEntry {
        let known = try await list().map(\.domain)
        let entry = try DomainEntry(typed: typed, known: known, isPublicSuffix: parts.probe.isPublicSuffix)
        if known.contains(entry.domain) { throw DomainRefusal.alreadyThere }
        return entry
    }

    /// Looks at a domain before anything is changed: what was typed, judged, and what DNS has of it.
    ///
    /// - Throws: `DomainRefusal`, also if there is no such domain.
    public func look(_ typed: String) async throws -> (entry: DomainEntry, look: DomainLook) {
        let entry = try await entry(typed)
        let look = await parts.probe.look(
            at: entry.domain, setup: try await parts.base.settings.current().domainSetup)
        if look.exists == .no { throw DomainRefusal.noSuchDomain }
        return (entry, look)
    }

    /// Adds a domain with its first keys, and looks at it at once.
    ///
    /// - Parameters:
    ///   - name: the domain, cleaned and judged before.
    ///   - actor: who adds it; `nil` for the command line.
    ///   - origin: from where.
    /// - Returns: the domain after its first check; its report holds the records to publish.
    /// - Throws: ``DeliveriesError`` `.invalid` if it is there already (field `domain`, `domain-taken`), `.busy`.
    public func add(_ name: MailDomain, by actor: AccountID?, origin: RequestOrigin) async throws -> SenderDomain {
        if try await parts.base.database.read({ try $0.senderDomains.domain(name) }) != nil { throw Self.taken }
        let fresh = try await prepared(name)
        let parts = parts
        try await parts.base.database.write { transaction in
            do {
                try transaction.senderDomains.insert(fresh)
            } catch let error as DeliveriesError where error.code == .conflict {
                throw Self.taken
            }
            let recorder = DomainRecorder(parts: parts, domain: name, transaction: transaction, now: fresh.createdAt)
            try recorder.note(.added, by: actor)
            try recorder.audit(.domainAdded, by: actor, origin: origin)
        }
        try await publishInOperatorZone(fresh)
        return try await check(name)
    }

    private static let taken = DeliveriesError(.invalid, fields: [FieldError("domain", "domain-taken")])

    /// A new domain with its keys: made here, or known by the selectors that the operator of the mail server told.
    func prepared(_ name: MailDomain) async throws -> SenderDomain {
        let settings = try await parts.base.settings.current()
        let setup = settings.domainSetup
        let now = parts.base.now()
        var keys = setup.toldSelectors.map { selector in
            DomainKey(selector: selector, type: nil, publicRecord: nil, origin: .told, createdAt: now)
        }
        if keys.isEmpty, !setup.signing.keyTypes.isEmpty {
            keys = try await parts.keyVault.make(
                setup.selectors.next(setup.signing.keyTypes, taken: []), for: name,
                publication: { setup.publication(of: $0, for: name) }, now: now)
        }
        return SenderDomain(
            domain: name, policy: settings.domainPolicy, keys: keys,
            controlToken: Token(random: parts.base.random).text, now: now)
    }

    /// Checks a domain now and draws the conclusions.
    ///
    /// - Parameters:
    ///   - name: the domain.
    ///   - resolver: the one server to ask instead of the domain's own and the resolver.
    /// - Returns: the domain with the fresh report.
    /// - Throws: ``DeliveriesError`` `.notFound`.
    @discardableResult
    public func check(_ name: MailDomain, resolver: NetworkEndpoint? = nil) async throws -> SenderDomain {
        let setup = try await parts.base.settings.current().domainSetup
        // What time alone has changed comes first, so that the report speaks of the keys as they are from now on.
        var asked = try await domain(name)
        _ = asked.advance(setup: setup, now: parts.base.now())
        let report = await parts.probe.report(on: asked, setup: setup, resolver: resolver)
        let changed = try await parts.change(name) { domain, recorder in
            domain.received(report, setup: setup, now: recorder.now)
        }
        // Two selectors take turns in the operator's zone: what is not needed any more goes by itself.
        let retired = changed.events.compactMap { event -> DomainKey? in
            guard case .keySafeToRemove(let selector) = event else { return nil }
            return changed.domain.key(selector)
        }
        if !retired.isEmpty { try await withdrawFromOperatorZone(retired, of: name) }
        return changed.domain
    }

    // MARK: Changing

    /// Chooses what happens to mail in the domain's name while it is not in order.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func setPolicy(
        _ policy: SenderDomain.Policy, of name: MailDomain, by actor: AccountID?, origin: RequestOrigin
    ) async throws {
        try await parts.change(name) { domain, recorder in
            guard domain.policy != policy else { return [] }
            domain.policy = policy
            try recorder.note(.policyChanged, by: actor, detail: policy.rawValue)
            try recorder.audit(.domainPolicyChanged, by: actor, origin: origin)
            return []
        }
    }

    /// Lets all mail go that waits for a domain: from the system sender, as long as the domain is not in order.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func releaseHeld(for name: MailDomain, by actor: AccountID?, origin: RequestOrigin) async throws {
        try await parts.change(name) { _, recorder in
            let count = try recorder.transaction.outbox.release(heldFor: name, isReleased: true, at: recorder.now)
            guard count > 0 else { return [] }
            try recorder.note(.mailReleased, by: actor, detail: String(count))
            try recorder.audit(.domainMailReleased, by: actor, origin: origin)
            return []
        }
        parts.base.mailQueued()
    }

    /// Notes that control of a domain was proven by the mail to its postmaster.
    ///
    /// - Parameter token: the token of the link in that mail.
    /// - Returns: the domain.
    /// - Throws: ``DeliveriesError`` `.linkSpent`.
    public func confirmControl(_ token: Token, origin: RequestOrigin) async throws -> MailDomain {
        let handOver = try await openLink(token, purpose: .control)
        try await parts.change(handOver.domain) { domain, recorder in
            guard var link = try recorder.transaction.senderDomains.handOver(tokenHash: token.hash.hex),
                link.isOpen(at: recorder.now)
            else { throw DeliveriesError(.linkSpent) }
            link.revokedAt = recorder.now
            try recorder.transaction.senderDomains.update(link)
            try recorder.audit(.domainControlProven, by: nil, origin: origin)
            return domain.proveControl(by: .postmaster, now: recorder.now)
        }
        return handOver.domain
    }

    /// Removes a domain: mail in its name leaves from the system sender again, and what waits for it goes on.
    ///
    /// - Throws: ``DeliveriesError`` `.notFound`.
    public func remove(_ name: MailDomain, by actor: AccountID?, origin: RequestOrigin) async throws {
        let parts = parts
        let now = parts.base.now()
        let removed = try await parts.base.database.write { transaction in
            guard let domain = try transaction.senderDomains.domain(name) else { throw DeliveriesError(.notFound) }
            let recorder = DomainRecorder(parts: parts, domain: name, transaction: transaction, now: now)
            try transaction.senderDomains.remove(name)
            try recorder.note(.removed, by: actor)
            try recorder.audit(.domainRemoved, by: actor, origin: origin)
            _ = try transaction.outbox.release(heldFor: name, isReleased: false, at: now)
            return domain
        }
        parts.base.changes.give()
        parts.base.mailQueued()
        try await withdrawFromOperatorZone(removed.keys, of: name)
    }
}

extension DomainSetup {
    /// How a key of a domain gets into DNS: as an alias into the operator's zone where there is one.
    func publication(of selector: String, for domain: MailDomain) -> DomainKey.Publication {
        guard let zone = operatorZone,
            let target = OperatorRecords.target(selector: selector, domain: domain, zone: zone)
        else { return .txt }
        return .cname(target: target)
    }
}
