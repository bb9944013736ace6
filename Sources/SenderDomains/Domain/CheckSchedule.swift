public import FoundationEssentials

/// When a domain is checked again by itself: every five minutes for a day after a change, hourly for two weeks, then
/// daily; sooner where an old value runs out or a doubt waits for its confirmation.
public enum CheckSchedule {
    /// Between two checks on the day after a change, in seconds.
    public static let soon: TimeInterval = 300
    /// Between two checks in the two weeks after it, in seconds.
    public static let hourly: TimeInterval = 3_600
    /// Between two checks later, in seconds.
    public static let daily: TimeInterval = 86_400

    /// The time of the next check.
    ///
    /// - Parameters:
    ///   - now: the time of this one.
    ///   - changedAt: when a person or the state last changed something.
    ///   - isDoubted: whether a check contradicted the state and must be confirmed.
    ///   - cachedSeconds: for how many seconds the resolver keeps an old value, if it does.
    public static func next(
        after now: Date, changedAt: Date, isDoubted: Bool = false, cachedSeconds: Int? = nil
    ) -> Date {
        let age = now.timeIntervalSince(changedAt)
        var interval = age < 86_400 ? soon : age < 14 * 86_400 ? hourly : daily
        if isDoubted { interval = min(interval, soon) }
        // A second more than the old value lives, but no storm for values that live for seconds.
        if let cachedSeconds { interval = min(interval, max(30, TimeInterval(cachedSeconds) + 1)) }
        return now.addingTimeInterval(interval)
    }
}
