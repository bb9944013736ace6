import Deliveries
import Foundation
import Outbox
import SenderDomains

/// What is not in order with this installation, by what settings and outbox show.
struct HealthState: Sendable {
    /// Something to repair. Its words are `page.repair.<name>.title`, `.text` and `.button`.
    struct Problem: Sendable, Equatable {
        let name: String
        /// Whether mail is held up by it.
        let isUrgent: Bool
        /// Where it is repaired.
        let href: String
        var count = 0
        var since: Date?
    }

    /// A mail that waits longer than this is a sign of trouble, seconds.
    static let patience: TimeInterval = 1_800

    let problems: [Problem]
    let counts: [OutboxEntry.State: Int]

    /// - Parameters:
    ///   - settings: the settings.
    ///   - outbox: how many mails are in each state, and since when the oldest waits.
    ///   - failing: the scheduled work that fails, and since when.
    ///   - heldFiles: how many files are held because of what the virus scanner said.
    ///   - now: the time.
    init(
        settings: Settings, outbox: (counts: [OutboxEntry.State: Int], oldestQueued: Date?),
        failing: [String: Date] = [:], heldFiles: Int = 0, now: Date
    ) {
        counts = outbox.counts
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

    /// Whether an address leads only to this machine itself.
    static func isLoopback(_ url: URL) -> Bool {
        guard let host = url.host?.lowercased() else { return false }
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "[::1]"
            || host.hasPrefix("127.")
    }
}
