public import FoundationEssentials

/// How long each part of a key's life lasts.
public enum KeyLifeCycle {
    /// The longest that mail waits on its way (RFC 5321, 4.5.4.1: give up after four to five days), in seconds: for so
    /// long a signature may still be checked.
    public static let longestWay: TimeInterval = 5 * 86_400
    /// How long a key signs where keys are changed without anybody's doing, in seconds.
    public static let automaticRotation: TimeInterval = 90 * 86_400
    /// How long a key signs before somebody is reminded to change it, in seconds: half a year.
    public static let reminder: TimeInterval = 182 * 86_400

    /// Until when the record of a key must stay: as long as mail may be on its way, and caches keep what they have.
    ///
    /// - Parameters:
    ///   - retiringSince: when the key stopped signing.
    ///   - ttl: the TTL of its record in seconds.
    public static func keepUntil(retiringSince: Date, ttl: UInt32) -> Date {
        retiringSince.addingTimeInterval(longestWay + TimeInterval(ttl))
    }

    /// Whether a key that changes by itself is due for a successor: one that was made here, and signs for 90 days.
    public static func isDueForAutomaticRotation(_ key: DomainKey, now: Date) -> Bool {
        guard key.phase == .active, key.origin == .generated, let since = key.activatedAt else { return false }
        return now.timeIntervalSince(since) >= automaticRotation
    }

    /// Whether somebody should be reminded that a key is old.
    static func isDueForReminder(_ key: DomainKey, now: Date) -> Bool {
        guard key.phase == .active, key.origin != .told, key.remindedAt == nil, let since = key.activatedAt else {
            return false
        }
        return now.timeIntervalSince(since) >= reminder
    }
}

extension DomainKey {
    /// It was seen at all of the domain's servers, so it may sign from now on.
    mutating func activate(now: Date) -> [DomainEvent] {
        seenAt = seenAt ?? now
        activatedAt = now
        phase = .active
        return [.keySeen(selector: selector), .keyActivated(selector: selector)]
    }

    /// A newer key signs in its place.
    mutating func retire(ttl: UInt32, now: Date) -> [DomainEvent] {
        retiringSince = now
        phase = .retiring
        return [.keyRetiring(selector: selector, until: KeyLifeCycle.keepUntil(retiringSince: now, ttl: ttl))]
    }

    /// It ends without a time in between: it never signed, or others may know it.
    mutating func end(isCompromised: Bool, now: Date) -> [DomainEvent] {
        retiringSince = retiringSince ?? now
        retiredAt = retiredAt ?? now
        phase = .retired
        guard isCompromised else { return [] }
        self.isCompromised = true
        return [.keyCompromised(selector: selector)]
    }

    /// What time alone changes.
    mutating func advance(ttl: UInt32, now: Date) -> [DomainEvent] {
        if phase == .retiring, let since = retiringSince,
            now >= KeyLifeCycle.keepUntil(retiringSince: since, ttl: ttl)
        {
            phase = .retired
            retiredAt = now
            return [.keySafeToRemove(selector: selector)]
        }
        if KeyLifeCycle.isDueForReminder(self, now: now) {
            remindedAt = now
            return [.rotationDue(selector: selector)]
        }
        return []
    }
}
