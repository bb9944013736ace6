public import Foundation

/// Forgets what is kept for a while only: traces, codes, download addresses, mails that left, messages that were handed
/// in and conversations after 30 days; half messages after two; sessions, one-time links and throttles when they have
/// run out.
public struct RetentionJob: LeasedJob {
    /// How long visits and mails are kept, seconds.
    public static let retention: TimeInterval = 30 * 86_400

    /// How long the beginning of a message is kept whose end never came, seconds: longer than any connection lasts.
    private static let patience: TimeInterval = 2 * 86_400
    /// How long it is remembered what a page started, seconds.
    private static let runs: TimeInterval = 86_400
    private static let batch = 500

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) {
        self.parts = parts
    }

    /// The name of its row.
    public var name: String { "retention" }

    /// Forgets what is due.
    public func run(now: Date) async throws -> Date {
        let before = now.addingTimeInterval(-Self.retention)
        // One after the other, so that nobody waits long for the database.
        _ = try await parts.database.write { try $0.visits.removeVisits(before: before) }
        _ = try await parts.database.write { try $0.outbox.forgetContent(before: before) }
        _ = try await parts.database.write {
            try $0.messages.removeAbandoned(before: now.addingTimeInterval(-Self.patience))
        }
        while try await parts.database.write({
            try $0.messages.removeFinished(before: before, limit: Self.batch)
        }) == Self.batch {
            try Task.checkCancellation()
        }
        _ = try await parts.database.write { try $0.sessions.removeExpired(now: now) }
        _ = try await parts.database.write {
            try $0.sessions.removeDevices(before: now.addingTimeInterval(-KnownDevices.lifetime))
        }
        _ = try await parts.database.write { try $0.accounts.removeExpiredTokens(now: now) }
        _ = try await parts.database.write { try $0.ledger.removeThrottles(now: now) }
        _ = try await parts.database.write { try $0.runs.remove(startedBefore: now.addingTimeInterval(-Self.runs)) }
        return now.addingTimeInterval(6 * 3600)
    }
}
