import Foundation

/// When a mail is tried again: growing pauses with a random part, for five days at most (RFC 5321, 4.5.4.1).
public struct RetrySchedule: Sendable, Equatable {
    /// The pauses after the first, second, … attempt, seconds; the last one stays.
    private static let pauses: [Double] = [60, 300, 900, 1_800, 3_600, 7_200, 14_400]
    /// The longest pause where only the mail server itself was out of reach: it says nothing about the mail.
    private static let longestForHost: Double = 600

    /// The schedule.
    public init() {}

    /// The pause after an attempt, seconds.
    ///
    /// - Parameters:
    ///   - attempts: how many there were, at least 1.
    ///   - isUrgent: codes and password links are tried each minute.
    ///   - concernsHost: whether the mail server, not the mail, was the trouble.
    ///   - jitter: 0 to 1; spreads the pauses by a fifth to both sides.
    public func pause(after attempts: Int, isUrgent: Bool, concernsHost: Bool, jitter: Double) -> Double {
        let pause = isUrgent ? 60 : Self.pauses[min(max(attempts, 1), Self.pauses.count) - 1]
        let bounded = concernsHost ? min(pause, Self.longestForHost) : pause
        return bounded * (0.8 + 0.4 * min(max(jitter, 0), 1))
    }
}
