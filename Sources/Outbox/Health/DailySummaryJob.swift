public import Deliveries
public import Foundation
import MailMessage
import MailTemplates
import SenderDomains

/// Tells administrators once a day how the installation stands, at an hour that they choose.
///
/// Which days were told stands in the database under the name of the day: a restart, clocks that are put back and a
/// second process tell none of them twice; a server that was off at the hour tells it as soon as it runs again.
public struct DailySummaryJob: LeasedJob {
    /// How often it looks whether the settings were changed, seconds.
    static let interval: TimeInterval = 600
    /// For how long a day is remembered, seconds.
    private static let remembered: TimeInterval = 4 * 86_400

    private let parts: DeliveryParts
    private let certificates: ServerCertificates

    /// - Parameters:
    ///   - parts: where settings, figures and the outbox are.
    ///   - certificates: those that may run out.
    public init(_ parts: DeliveryParts, certificates: ServerCertificates) {
        self.parts = parts
        self.certificates = certificates
    }

    /// The name of its row.
    public var name: String { "daily-summary" }

    /// Looks, and tells if it is time.
    public func run(now: Date) async throws -> Date {
        let settings = try await parts.settings.current()
        let later = now.addingTimeInterval(Self.interval)
        guard settings.sends(.dailySummary) else { return later }
        let hour = DailyHour(hour: settings.integer(.notifyDailySummaryHour), zone: settings.timeZone)
        let today = LocalDay(of: now, in: hour.zone)
        let mark = "\(name):\(today.name(in: hour.zone))"
        let isTold = try await parts.database.read { try $0.ledger.throttleCount(mark, now: now) != nil }
        if !isTold, now >= hour.begin(on: today) { try await tell(settings, mark: mark, now: now) }
        return min(later, hour.next(after: now))
    }

    private func tell(_ settings: Settings, mark: String, now: Date) async throws {
        let figures = try await Dashboard(parts).figures()
        let health = HealthState(
            settings: settings, figures: figures, certificates: await certificates.all().map(\.certificate))
        let content = try Self.content(figures, health, settings)
        let parts = parts
        let isMail = try await parts.database.write { transaction in
            let readers = try transaction.readers(of: .dailySummary, settings: settings)
            guard !readers.isEmpty,
                try transaction.ledger.countThrottle(mark, window: Self.remembered, now: now).count == 1
            else { return false }
            try transaction.outbox.insert(
                readers.map {
                    try parts.composer.entry(
                        content, to: $0.mailbox, language: $0.language, settings: settings, now: now)
                })
            return true
        }
        if isMail { parts.mailQueued() }
    }

    private static func content(
        _ figures: DashboardFigures, _ health: HealthState, _ settings: Settings
    ) throws -> DailySummaryMail {
        var told = DailySummaryMail.Figures()
        told.sent = figures.lastDay(.sent)
        told.deferred = figures.lastDay(.deferred)
        told.refused = figures.lastDay(.refused)
        told.waiting = figures.outbox[.queued] ?? 0
        told.oldest = figures.oldestQueued
        told.deliveries = figures.days.dropLast().last?.deliveries ?? 0
        told.domains = settings.senderDomains.filter { !$0.value.isUsable }.map(\.key.unicode).sorted()
        told.available = figures.available
        told.total = figures.total
        told.freed = figures.freed.octets
        told.heldFiles = figures.heldFiles
        told.failingJobs = figures.failing.keys.sorted()
        if !settings.text(.scanClamd).isEmpty {
            told.scanner = figures.failing[VirusScanJob.jobName] == nil ? .answers : .silent
        }
        let problems = try health.problems.map { problem in
            let url = URL(string: problem.href, relativeTo: settings.publicURL)?.absoluteURL
            return DailySummaryMail.Problem(
                name: problem.name, count: problem.count, since: problem.since,
                link: try MailComposer.link(url ?? settings.addresses.administration))
        }
        return DailySummaryMail(
            at: figures.at, problems: problems, figures: told,
            link: try MailComposer.link(settings.addresses.administration))
    }
}
