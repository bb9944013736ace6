import Deliveries
import Foundation

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

    init(settings: Settings, outbox: (counts: [OutboxEntry.State: Int], oldestQueued: Date?), now: Date) {
        counts = outbox.counts
        var problems: [Problem] = []
        let local = counts[.local] ?? 0
        switch settings.route {
        case .local:
            problems.append(Problem(name: "no-mail-server", isUrgent: true, href: "/admin/smtp", count: local))
        case .smtp:
            if let oldest = outbox.oldestQueued, now.timeIntervalSince(oldest) > Self.patience {
                problems.append(
                    Problem(
                        name: "mail-waits", isUrgent: true, href: "/admin/outbox", count: counts[.queued] ?? 0,
                        since: oldest))
            }
            if local > 0 {
                problems.append(Problem(name: "local-mail", isUrgent: false, href: "/admin/smtp", count: local))
            }
            if settings.homeDomains.isEmpty {
                problems.append(Problem(name: "no-home-domain", isUrgent: false, href: "/admin/smtp"))
            }
            if !settings.boolean(.smtpVerifyCertificate), settings.smtpSecurity != .none {
                problems.append(Problem(name: "no-certificate-check", isUrgent: false, href: "/admin/smtp"))
            }
        }
        if let held = counts[.held], held > 0 {
            problems.append(Problem(name: "mail-held", isUrgent: true, href: "/admin/outbox?state=held", count: held))
        }
        if settings.route == .smtp {
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
