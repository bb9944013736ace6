public import FoundationEssentials

extension SenderDomain {
    /// How keys are changed.
    public enum Rotation: String, Sendable, Hashable, Codable, CaseIterable {
        /// The old keys sign until the new ones are seen, and their records stay until no mail is on its way.
        case planned
        /// The old keys may be known to others: they sign no more, and their records must go at once.
        case emergency
    }

    /// Adds keys beside those that are there: the first ones, imported ones, or selectors that the operator told.
    ///
    /// A selector that the domain already has is left as it is.
    public mutating func add(_ added: [DomainKey], now: Date) {
        let new = added.filter { key($0.selector) == nil }
        guard !new.isEmpty else { return }
        keys += new
        touch(now: now)
    }

    /// Changes the keys.
    ///
    /// Keys that were never seen are given up in favour of the new ones. In an emergency mail is unsigned until the new
    /// keys are seen, so the domain may fall back meanwhile.
    ///
    /// - Parameters:
    ///   - newKeys: the new keys, with selectors that the domain never had.
    ///   - rotation: how.
    ///   - now: the time.
    public mutating func rotate(to newKeys: [DomainKey], _ rotation: Rotation, now: Date) -> [DomainEvent] {
        var events: [DomainEvent] = []
        for index in keys.indices where keys[index].origin != .told && keys[index].phase != .retired {
            switch rotation {
            case .emergency: events += keys[index].end(isCompromised: true, now: now)
            case .planned:
                let isReplaced = newKeys.contains { $0.type == keys[index].type }
                if isReplaced && keys[index].phase == .pending {
                    events += keys[index].end(isCompromised: false, now: now)
                }
            }
        }
        add(newKeys, now: now)
        return events
    }

    /// Forgets a key: one whose record is gone, or a selector that the operator no longer uses.
    ///
    /// - Returns: whether it was forgotten: a key that signs, or whose record must stay, is kept.
    public mutating func forget(selector: String) -> Bool {
        guard let index = keys.firstIndex(where: { $0.selector == selector.lowercased() }) else { return false }
        guard keys[index].origin == .told || keys[index].phase == .retired || keys[index].phase == .pending else {
            return false
        }
        keys.remove(at: index)
        return true
    }

    /// Changes how the keys get into DNS.
    public mutating func publish(_ selector: String, as publication: DomainKey.Publication, now: Date) {
        guard let index = keys.firstIndex(where: { $0.selector == selector.lowercased() }) else { return }
        keys[index].publication = publication
        touch(now: now)
    }

    /// Notes which keys a report saw, and which are gone.
    mutating func receivedKeys(_ report: DomainReport, ttl: UInt32, now: Date) -> [DomainEvent] {
        var events: [DomainEvent] = []
        for index in keys.indices {
            let selector = keys[index].selector
            if let learned = report.learned[selector], keys[index].origin == .told {
                keys[index].type = learned.type
                keys[index].publicRecord = learned.record
            }
            guard let finding = report.finding(selector: selector) else { continue }
            switch (keys[index].phase, finding.diagnosis) {
            // The domain's own servers decide; what a resolver remembers of before runs out by itself.
            case (.pending, .ok), (.pending, .oldValueCached):
                events += keys[index].activate(now: now)
                events += retirePredecessors(of: index, ttl: ttl, now: now)
            case (.retired, .gone) where keys[index].goneAt == nil:
                keys[index].goneAt = now
                events.append(.keyGone(selector: selector))
            case (.retired, .stillThere): keys[index].goneAt = nil
            default: break
            }
        }
        return events
    }

    /// A key of ours takes the place of the older ones of its kind; what the operator signs with is the operator's.
    private mutating func retirePredecessors(of successor: Int, ttl: UInt32, now: Date) -> [DomainEvent] {
        guard keys[successor].origin != .told else { return [] }
        let type = keys[successor].type
        var events: [DomainEvent] = []
        for index in keys.indices
        where index < successor && keys[index].phase == .active && keys[index].type == type
            && keys[index].origin != .told
        {
            events += keys[index].retire(ttl: ttl, now: now)
        }
        return events
    }
}
