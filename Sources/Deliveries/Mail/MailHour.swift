public import Foundation

/// How many attempts of one hour had one outcome.
public struct MailHour: Equatable, Sendable {
    /// The length of an hour, seconds.
    public static let length: TimeInterval = 3_600

    /// When the hour began, UTC.
    public let start: Date
    /// The outcome, as it stands in ``OutboxAttempt/outcome``.
    public let outcome: String
    /// How many.
    public let count: Int

    /// A count.
    public init(start: Date, outcome: String, count: Int) {
        self.start = start
        self.outcome = outcome
        self.count = count
    }
}
