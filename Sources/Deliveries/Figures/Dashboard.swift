import FileVault
public import Foundation

/// What the start of the administration shows in numbers.
public struct DashboardFigures: Sendable {
    /// A day and how many deliveries were sent on it.
    public struct Day: Sendable, Equatable {
        /// The day.
        public let day: LocalDay
        /// How many.
        public let deliveries: Int
    }

    /// When they were taken.
    public let at: Date
    /// The zone whose days they are.
    public let timeZone: TimeZone
    /// What became of mail, hour by hour, for at least ``Dashboard/days`` days.
    public let hours: [MailHour]
    /// The mails of the outbox by their state.
    public let outbox: [OutboxEntry.State: Int]
    /// Since when the oldest queued mail waits.
    public let oldestQueued: Date?
    /// The last days, oldest first; today is the last.
    public let days: [Day]
    /// What was sent in these days.
    public let sent: SentFigures
    /// What ran out in these days.
    public let expired: ExpiredFigures
    /// The files that are kept.
    public let kept: CleanUpAmount
    /// Octets that can still be written to the disk with the files.
    public let available: Int64
    /// Octets of that disk; 0 where an object store keeps the files, which has no end that it tells of.
    public let total: Int64
    /// What the clean-up frees within ``Dashboard/daysAhead`` days.
    public let freed: CleanUpAmount
    /// The accounts.
    public let accounts: AccountFigures
    /// How many files are held because of what the virus scanner said.
    public let heldFiles: Int
    /// The work that failed last time, and since when.
    public let failing: [String: Date]

    /// How many attempts came to that in the last 24 hours, the present one included.
    public func lastDay(_ fate: MailFate) -> Int {
        hours.count(fate, from: Dashboard.firstHour(at: at), until: .distantFuture)
    }
}

/// Takes the figures of the dashboard.
public struct Dashboard: Sendable {
    /// How many hours of mail are shown.
    public static let hours = 24
    /// How many days are shown.
    public static let days = 30
    /// For how many days what the clean-up frees is added up.
    public static let daysAhead = 7

    private let parts: DeliveryParts

    /// Works with the given parts.
    public init(_ parts: DeliveryParts) { self.parts = parts }

    /// When each of the last hours began, oldest first; the last one is the present one.
    public static func lastHours(_ count: Int = hours, at now: Date) -> [Date] {
        let first = firstHour(of: count, at: now)
        return (0..<count).map { first.addingTimeInterval(Double($0) * MailHour.length) }
    }

    static func firstHour(of count: Int = hours, at now: Date) -> Date {
        let present = (now.timeIntervalSince1970 / MailHour.length).rounded(.down) * MailHour.length
        return Date(timeIntervalSince1970: present - Double(count - 1) * MailHour.length)
    }

    /// The figures as they are now.
    public func figures() async throws -> DashboardFigures {
        let (parts, now) = (parts, parts.now())
        let space = try await parts.vault.space()
        return try await parts.database.read { transaction in
            let zone = try parts.settings.current(in: transaction).timeZone
            let days = LocalDay.last(Self.days, now: now, in: zone)
            let (first, last) = (days.first?.start ?? now, days.last?.end ?? now)
            let figures = transaction.figures
            return DashboardFigures(
                at: now, timeZone: zone,
                hours: try transaction.outbox.hours(since: min(first, Self.firstHour(at: now))),
                outbox: try transaction.outbox.counts(), oldestQueued: try transaction.outbox.oldestQueued(),
                days: try days.map {
                    .init(day: $0, deliveries: try figures.sentCount(from: $0.start, until: $0.end))
                },
                sent: try figures.sent(from: first, until: last),
                expired: try figures.expired(from: first, until: now), kept: try figures.keptFiles(),
                available: space?.available ?? 0, total: space?.total ?? 0,
                freed: try transaction.cleanUp.removals(
                    until: now.addingTimeInterval(Double(Self.daysAhead) * 86_400)),
                accounts: try figures.accounts(),
                heldFiles: try transaction.files.count(scanned: transaction.heldStates(parts)),
                failing: try transaction.ledger.failingJobs())
        }
    }
}
