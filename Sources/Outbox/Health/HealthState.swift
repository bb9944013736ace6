public import Deliveries
public import Foundation
import SenderDomains

/// What is not in order with this installation, by what settings and outbox show.
public struct HealthState: Sendable {
    /// Something to repair. Its words are `page.repair.<name>.title`, `.text` and `.button`.
    public struct Problem: Sendable, Equatable {
        /// The stable name.
        public let name: String
        /// Whether mail or files are held up by it, or soon will be.
        public let isUrgent: Bool
        /// The path of the page where it is repaired.
        public let href: String
        /// How many of something it is about; 0 where nothing is counted.
        public var count = 0
        /// Since when it is so, or when it will be.
        public var since: Date?
    }

    /// A mail that waits longer than this is a sign of trouble, seconds.
    static let patience: TimeInterval = 1_800

    /// A certificate that ends sooner than this wants a look, seconds; one that ends sooner than the other, at once.
    static let certificateNotice: (soon: TimeInterval, urgent: TimeInterval) = (21 * 86_400, 7 * 86_400)

    /// What is not in order, what is urgent first.
    public let problems: [Problem]

    /// - Parameters:
    ///   - settings: the settings.
    ///   - outbox: how many mails are in each state, and since when the oldest waits.
    ///   - failing: the scheduled work that fails, and since when.
    ///   - heldFiles: how many files are held because of what the virus scanner said.
    ///   - space: the octets of the disk that holds the files; `nil`: not looked at.
    ///   - certificates: those that this server shows.
    ///   - now: the time.
    public init(
        settings: Settings, outbox: (counts: [OutboxEntry.State: Int], oldestQueued: Date?),
        failing: [String: Date] = [:], heldFiles: Int = 0, space: (available: Int64, total: Int64)? = nil,
        certificates: [MailServerCertificate] = [], now: Date
    ) {
        let counts = outbox.counts
        var problems: [Problem] = []
        let local = counts[.local] ?? 0
        switch settings.route {
        case .local:
            problems.append(Problem(name: "no-mail-server", isUrgent: true, href: "/admin/smtp", count: local))
        case .smtp, .direct:
            if let oldest = outbox.oldestQueued, now.timeIntervalSince(oldest) > Self.patience {
                problems.append(
                    Problem(
                        name: "mail-waits", isUrgent: true, href: "/admin/outbox", count: counts[.queued] ?? 0,
                        since: oldest))
            }
            if local > 0 {
                problems.append(Problem(name: "local-mail", isUrgent: false, href: "/admin/smtp", count: local))
            }
            let standings = settings.senderDomains.values
            let degraded = standings.count { $0.state == .degraded }
            if degraded > 0 {
                problems.append(
                    Problem(name: "domain-degraded", isUrgent: true, href: "/admin/domains", count: degraded))
            }
            if settings.route == .direct || settings.homeDomains.isEmpty, !standings.contains(where: \.isUsable) {
                problems.append(Problem(name: "no-home-domain", isUrgent: false, href: "/admin/domains"))
            }
            if settings.route == .smtp, !settings.boolean(.smtpVerifyCertificate), settings.smtpSecurity != .none {
                problems.append(Problem(name: "no-certificate-check", isUrgent: false, href: "/admin/smtp"))
            }
        }
        // A mail server that is restarted is no trouble yet.
        if !settings.text(.bounceIMAPHost).isEmpty, let since = failing[BounceMailboxJob.name],
            now.timeIntervalSince(since) > Self.patience
        {
            problems.append(Problem(name: "reports-unread", isUrgent: false, href: "/admin/bounces", since: since))
        }
        if settings.text(.mailServerCertificate) == "acme", let since = failing[MailCertificates.jobName],
            now.timeIntervalSince(since) > Self.patience
        {
            problems.append(
                Problem(
                    name: "certificate-fails", isUrgent: false, href: "/admin/mailserver#certificate", since: since))
        }
        let certificateEnd = certificates.map(\.notAfter).min()
        if let certificateEnd, certificateEnd.timeIntervalSince(now) < Self.certificateNotice.soon {
            let isOver = certificateEnd <= now
            problems.append(
                Problem(
                    name: isOver ? "certificate-over" : "certificate-ends",
                    isUrgent: certificateEnd.timeIntervalSince(now) < Self.certificateNotice.urgent,
                    href: "/admin/mailserver#certificate", since: certificateEnd))
        }
        if let space, space.total > 0,
            space.available < space.total / 100 * Int64(settings.integer(.notifyStoragePercent))
        {
            problems.append(Problem(name: "storage-low", isUrgent: false, href: "/admin/clean-up"))
        }
        if heldFiles > 0 {
            problems.append(Problem(name: "files-held", isUrgent: true, href: "/admin/scan", count: heldFiles))
        }
        if !settings.text(.scanClamd).isEmpty, let since = failing[VirusScanJob.jobName] {
            let passes = settings.text(.scanUnreachable) == "pass"
            problems.append(
                Problem(
                    name: passes ? "scanner-passes" : "scanner-silent", isUrgent: !passes, href: "/admin/scan/try",
                    since: since))
        }
        if let held = counts[.held], held > 0 {
            problems.append(Problem(name: "mail-held", isUrgent: true, href: "/admin/outbox?state=held", count: held))
        }
        if settings.route != .local {
            if Self.isLoopback(settings.publicURL) {
                problems.append(Problem(name: "loopback-address", isUrgent: true, href: "/admin/organisation"))
            } else if settings.publicURL.scheme != "https" {
                problems.append(Problem(name: "no-https", isUrgent: false, href: "/admin/organisation"))
            }
        }
        self.problems = problems.filter(\.isUrgent) + problems.filter { !$0.isUrgent }
    }

    /// The same from the figures of the dashboard.
    public init(settings: Settings, figures: DashboardFigures, certificates: [MailServerCertificate]) {
        self.init(
            settings: settings, outbox: (figures.outbox, figures.oldestQueued), failing: figures.failing,
            heldFiles: figures.heldFiles, space: (figures.available, figures.total),
            certificates: certificates, now: figures.at)
    }

    /// Whether an address leads only to this machine itself.
    public static func isLoopback(_ url: URL) -> Bool {
        guard let host = url.host?.lowercased() else { return false }
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "[::1]"
            || host.hasPrefix("127.")
    }
}
