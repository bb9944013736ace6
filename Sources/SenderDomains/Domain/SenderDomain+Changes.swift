public import FoundationEssentials

extension SenderDomain {
    /// So long after a check that contradicted the state a second one may confirm it, in seconds: two presses of a
    /// button are not two observations.
    public static let confirmationInterval: TimeInterval = 60

    /// Draws the conclusions from a report.
    ///
    /// What could not be found out changes nothing. What contradicts a working state is believed when a second report
    /// says so too; what is better than thought is believed at once.
    ///
    /// - Parameters:
    ///   - report: what DNS said; ignored if it is about another domain.
    ///   - setup: what of the installation matters.
    ///   - now: the time.
    /// - Returns: what changed, in order.
    public mutating func received(_ report: DomainReport, setup: DomainSetup, now: Date) -> [DomainEvent] {
        guard report.domain == domain else { return [] }
        lastReport = report
        var events = receivedKeys(report, ttl: setup.ttl, now: now)
        if report.control == .yes { events += proveControl(by: .txt, now: now) }
        // A told key proves nothing: its record may stand in the zones of all of the operator's customers.
        if keys.contains(where: { $0.sealedPrivateKey != nil && $0.seenAt != nil && !$0.isCompromised }) {
            events += proveControl(by: .key, now: now)
        }
        if report.bounces != .unknown { bouncesReady = report.bounces == .yes }
        events += judge(report, now: now)
        events += advance(setup: setup, now: now)
        nextCheckAt = CheckSchedule.next(
            after: now, changedAt: changedAt, isDoubted: doubtedAt != nil, cachedSeconds: report.cachedSeconds)
        return events
    }

    /// What time and the settings alone change: keys whose records may be removed, reminders, and selectors that the
    /// operator told since.
    public mutating func advance(setup: DomainSetup, now: Date) -> [DomainEvent] {
        add(
            setup.toldSelectors.map { selector in
                DomainKey(selector: selector, type: nil, publicRecord: nil, origin: .told, createdAt: now)
            }, now: now)
        return keys.indices.flatMap { keys[$0].advance(ttl: setup.ttl, now: now) }
    }

    /// Notes that control of the domain was proven; only the first proof is an event.
    public mutating func proveControl(by method: ControlProof.Method, now: Date) -> [DomainEvent] {
        guard control.prove(by: method, now: now) else { return [] }
        touch(now: now)
        return [.controlProven(method)]
    }

    /// A person changed something: the domain is checked at once, and often for a day.
    public mutating func touch(now: Date) {
        changedAt = now
        nextCheckAt = now
    }

    private mutating func judge(_ report: DomainReport, now: Date) -> [DomainEvent] {
        var ways = alignedBy
        Self.apply(report.dkim, .dkim, to: &ways)
        Self.apply(report.spf, .spf, to: &ways)
        let isUsable = !ways.isEmpty && control.isProven
        // Control is a condition of its own; once it is proven, the token may be missing.
        let isWrong = report.findings.contains { $0.isWrong && $0.record.purpose != .control }
        let target: State =
            isUsable ? (isWrong ? .warning : .verified) : state == .pending ? .pending : .degraded

        if target.rank < state.rank {
            guard let doubtedAt else {
                self.doubtedAt = now
                return []
            }
            guard now.timeIntervalSince(doubtedAt) >= Self.confirmationInterval else { return [] }
        } else if report.isInconclusive {
            // Half a report may show that mail can leave, but not that nothing is wrong any more.
            guard !standing.isUsable && isUsable else { return [] }
        }
        doubtedAt = nil
        alignedBy = ways
        guard target != state else { return [] }
        let event: DomainEvent? =
            switch (state, target) {
            case (.pending, .verified): .becameVerified
            case (_, .verified): .healed
            case (_, .warning): .becameWarning
            case (_, .degraded): .degraded
            case (_, .pending): nil
            }
        state = target
        stateSince = now
        changedAt = now
        return event.map { [$0] } ?? []
    }

    private static func apply(_ certainty: DomainReport.Certainty, _ way: Alignment, to ways: inout Set<Alignment>) {
        switch certainty {
        case .yes: ways.insert(way)
        case .no: ways.remove(way)
        case .unknown: break
        }
    }
}

extension SenderDomain.State {
    /// How well the domain works. A domain that never worked cannot get worse.
    fileprivate var rank: Int {
        switch self {
        case .pending, .degraded: 0
        case .warning: 1
        case .verified: 2
        }
    }
}

extension DomainReport {
    /// For how many seconds the resolver keeps the old value that goes first, if it keeps any.
    var cachedSeconds: Int? {
        findings.compactMap { finding -> Int? in
            if case .oldValueCached(let seconds) = finding.diagnosis { return seconds }
            return nil
        }.min()
    }
}
