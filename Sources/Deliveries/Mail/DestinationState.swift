public import Foundation

/// How the mail to one destination does: the domain of its recipients.
public struct DestinationState: Equatable, Sendable {
    /// The domain, as A-labels in lower case.
    public let destination: String
    /// How many wait.
    public let queued: Int
    /// How many are held.
    public let held: Int
    /// How many failed lately.
    public let failed: Int
    /// When the oldest that waits or is held was put in.
    public let oldest: Date?
    /// When the next attempt is due; past: as soon as its turn comes.
    public let nextAttemptAt: Date?
    /// What was answered last to one that did not get through, or empty.
    public let lastAnswer: String

    /// A state with all its parts.
    public init(
        destination: String, queued: Int, held: Int, failed: Int, oldest: Date?, nextAttemptAt: Date?,
        lastAnswer: String
    ) {
        self.destination = destination
        self.queued = queued
        self.held = held
        self.failed = failed
        self.oldest = oldest
        self.nextAttemptAt = nextAttemptAt
        self.lastAnswer = lastAnswer
    }
}
