import Deliveries
import Foundation
import Localization
import MailMessage
import Outbox
import SenderDomains

/// The parts of the start page, each for those who may see what it tells.
struct StartParts {
    /// How many sender domains are listed one by one.
    private static let mostDomains = 8

    let figures: DashboardFigures
    let health: HealthState
    let certificates: [ServerCertificates.Shown]
    let settings: Settings
    let account: Account
    let text: Localizer

    private var zone: TimeZone { figures.timeZone }

    /// All parts that the reader may see, in their order.
    var all: [StartPage.Part] {
        var parts: [StartPage.Part] = []
        if account.permits(.seeMailHealth) { parts.append(mail) }
        if account.permits(.seeSettings) { parts += [deliveries, storage] }
        if account.permits(.seeUsers) { parts.append(users) }
        return parts
    }

    private func part(
        _ id: String, tiles: [StartPage.Tile] = [], charts: [ChartGroup] = [], meters: [StartPage.Meter] = [],
        standings: [StartPage.Standing] = []
    ) -> StartPage.Part {
        .init(
            id: id, title: text("page.adminStart.part.\(id)"), tiles: tiles, charts: charts, meters: meters,
            standings: standings, hasStandings: !standings.isEmpty)
    }

    private func link(_ href: String, _ label: String) -> LinkView? {
        PageRenderer.mayOpen(href, account) ? LinkView(href, text("page.adminStart.\(label)")) : nil
    }

    private func share(_ part: Int, of whole: Int) -> String {
        whole > 0 ? text("page.chart.percent", ["number": text.number(part * 100 / whole)]) : text("page.chart.noShare")
    }

    // MARK: Mail

    private var mail: StartPage.Part {
        part("mail", tiles: mailTiles, charts: [mailByHour, mailByDay], standings: standings)
    }

    private var mailTiles: [StartPage.Tile] {
        let waiting = figures.outbox[.queued] ?? 0
        let isLate = health.problems.contains { $0.name == "mail-waits" }
        let refused = figures.lastDay(.refused)
        let held = figures.outbox[.held] ?? 0
        var tiles: [StartPage.Tile] = [
            .init(label: text("page.adminStart.sentToday"), value: text.number(figures.lastDay(.sent))),
            .init(
                label: text("page.adminStart.refusedToday"), value: text.number(refused),
                status: refused > 0 ? StatusView(.warn, icon: "warning", text("page.adminStart.look")) : nil,
                link: refused > 0 ? link("/admin/outbox?state=failed", "toFailed") : nil),
            .init(label: text("page.adminStart.waitingMail"), value: text.number(waiting)),
            .init(
                label: text("page.adminStart.oldest"),
                value: figures.oldestQueued.map { text.relative($0, now: figures.at) }
                    ?? text("page.adminStart.noneWaits"),
                status: isLate ? StatusView(.bad, icon: "stop", text("page.adminStart.late")) : nil,
                link: isLate ? link("/admin/outbox?state=queued", "toWaiting") : nil),
        ]
        if held > 0 {
            tiles.append(
                .init(
                    label: text("page.adminStart.heldMail"), value: text.number(held),
                    status: StatusView(.bad, icon: "pause", text("page.adminStart.decide")),
                    link: link("/admin/outbox?state=held", "toHeld")))
        }
        return tiles
    }

    private var mailByHour: ChartGroup {
        .mail(figures.hours, starts: Dashboard.lastHours(at: figures.at), zone: zone, text: text)
    }

    private var mailByDay: ChartGroup {
        byDay(
            id: "mail-days",
            ChartGroup.mailSeries(text) { fate in
                figures.days.map { figures.hours.count(fate, from: $0.day.start, until: $0.day.end) }
            })
    }

    private func byDay(id: String, _ series: [ChartGroup.Series]) -> ChartGroup {
        ChartGroup(
            id: id, title: text.plural("page.chart.lastDays", Dashboard.days), series: series,
            labels: figures.days.map { text.date($0.day.start, timeZone: zone) }, last: text("page.chart.today"),
            unit: text("page.chart.day"),
            text: text
        ) { text("page.chart.mostInDay", ["count": text.number($0)]) }
    }

    // MARK: Standings

    private var standings: [StartPage.Standing] {
        (account.permits(.seeDomains) ? domains : []) + certificateStandings
            + (account.permits(.seeSettings) ? [scanner] : [])
    }

    private var domains: [StartPage.Standing] {
        // What is not in order comes first.
        let all = settings.senderDomains.sorted {
            ($0.value.isUsable ? 1 : 0, $0.key.unicode) < ($1.value.isUsable ? 1 : 0, $1.key.unicode)
        }
        var rows = all.prefix(Self.mostDomains).map { domain, standing in
            StartPage.Standing(
                name: domain.unicode, status: DomainWords.status(of: standing.state, text),
                detail: text("page.adminStart.senderDomain"),
                link: standing.state == .verified ? nil : link("/admin/domains", "toDomains"))
        }
        if all.count > Self.mostDomains {
            rows.append(
                .init(
                    name: text.plural("page.adminStart.moreDomains", all.count - Self.mostDomains),
                    status: StatusView(.plain, icon: "dash", text("page.adminStart.notListed")), detail: nil,
                    link: link("/admin/domains", "toDomains")))
        }
        return rows
    }

    private var certificateStandings: [StartPage.Standing] {
        let rows = certificates.map { shown in
            let end = shown.certificate.notAfter
            // Judged one by one, as a look at all of them names the earliest end only.
            let problem = HealthState(
                settings: settings, outbox: ([:], nil), certificates: [shown.certificate], now: figures.at
            ).problems.first { $0.name.hasPrefix("certificate-") && $0.name != "certificate-fails" }
            let status: StatusView =
                switch problem.map({ ($0.name, $0.isUrgent) }) {
                case ("certificate-over", _)?: StatusView(.bad, icon: "stop", text("page.adminStart.over"))
                case (_, true)?: StatusView(.bad, icon: "stop", text("page.adminStart.endsSoon"))
                case (_, false)?: StatusView(.warn, icon: "warning", text("page.adminStart.endsSoon"))
                case nil: StatusView(.good, icon: "check", text("page.adminStart.valid"))
                }
            return StartPage.Standing(
                name: text("page.adminStart.certificate.\(shown.place.rawValue)"), status: status,
                detail: text("page.adminStart.validUntil", ["date": text.date(end, timeZone: zone)]),
                link: problem == nil ? nil : link("/admin/mailserver#certificate", "toCertificate"))
        }
        guard rows.isEmpty else { return rows }
        return [
            .init(
                name: text("page.adminStart.certificate.mail"),
                status: StatusView(.plain, icon: "dash", text("page.adminStart.noCertificate")),
                detail: text("page.adminStart.noCertificateText"), link: nil)
        ]
    }

    private var scanner: StartPage.Standing {
        let name = text("page.adminStart.scanner")
        guard !settings.text(.scanClamd).isEmpty else {
            return .init(
                name: name, status: StatusView(.plain, icon: "dash", text("page.adminStart.notSet")), detail: nil,
                link: nil)
        }
        if let problem = health.problems.first(where: { $0.name.hasPrefix("scanner-") }) {
            return .init(
                name: name,
                status: problem.isUrgent
                    ? StatusView(.bad, icon: "stop", text("page.adminStart.silent"))
                    : StatusView(.warn, icon: "warning", text("page.adminStart.silent")),
                detail: problem.since.map { text.relative($0, now: figures.at) },
                link: link("/admin/scan", "toScanner"))
        }
        guard figures.heldFiles > 0 else {
            return .init(
                name: name, status: StatusView(.good, icon: "check", text("page.adminStart.answers")), detail: nil,
                link: nil)
        }
        return .init(
            name: name,
            status: StatusView(.bad, icon: "pause", text.plural("page.adminStart.filesHeld", figures.heldFiles)),
            detail: nil, link: link("/admin/scan", "toScanner"))
    }

    // MARK: Deliveries, storage, users

    private var deliveries: StartPage.Part {
        let (sent, expired) = (figures.sent, figures.expired)
        return part(
            "deliveries",
            tiles: [
                .init(label: text("page.adminStart.sentDeliveries"), value: text.number(sent.deliveries)),
                .init(label: text("page.adminStart.fetched"), value: share(sent.fetched, of: sent.withFiles)),
                .init(
                    label: text("page.adminStart.unfetched"), value: text.number(expired.unfetched),
                    status: expired.unfetched > 0
                        ? StatusView(
                            .plain, icon: "clock",
                            text("page.adminStart.ofExpired", ["count": text.number(expired.deliveries)])) : nil,
                    link: nil),
            ],
            charts: [
                byDay(
                    id: "delivery-days",
                    [
                        .init(
                            kind: "active", icon: "send", title: text("page.adminStart.sentDeliveries"),
                            counts: figures.days.map(\.deliveries))
                    ])
            ])
    }

    private var storage: StartPage.Part {
        let isLow = health.problems.contains { $0.name == "storage-low" }
        var tiles: [StartPage.Tile] = [
            .init(label: text("page.adminStart.keptFiles"), value: text.size(figures.kept.octets))
        ]
        if figures.total > 0 {
            tiles.append(
                .init(
                    label: text("page.adminStart.free"), value: text.size(figures.available),
                    status: isLow ? StatusView(.warn, icon: "warning", text("page.adminStart.low")) : nil,
                    link: isLow ? link("/admin/clean-up", "toCleanUp") : nil))
        }
        tiles.append(
            .init(
                label: text.plural("page.adminStart.freed", Dashboard.daysAhead),
                value: text.size(figures.freed.octets),
                link: link("/admin/clean-up?days=\(Dashboard.daysAhead)", "toCleanUpPlan")))
        return part("storage", tiles: tiles, meters: figures.total > 0 ? [usage] : [])
    }

    private var usage: StartPage.Meter {
        let used = max(0, figures.total - figures.available)
        let percent = Int(Double(used) / Double(figures.total) * 100)
        return .init(
            label: text("page.adminStart.disk"),
            text: text(
                "page.adminStart.diskText",
                [
                    "used": text.size(used), "total": text.size(figures.total),
                    "percent": text("page.chart.percent", ["number": text.number(percent)]),
                ]), used: String(min(100, percent)))
    }

    private var users: StartPage.Part {
        let accounts = figures.accounts
        let isDemanded = settings.boolean(.securityAdministratorsSecondFactor)
        return part(
            "users",
            tiles: [
                .init(
                    label: text("page.adminStart.activeUsers"), value: text.number(accounts.active),
                    link: link("/admin/users", "toUsers")),
                .init(label: text("page.adminStart.invitedUsers"), value: text.number(accounts.invited)),
                .init(label: text("page.adminStart.disabledUsers"), value: text.number(accounts.disabled)),
                .init(
                    label: text("page.adminStart.withoutFactor"), value: text.number(accounts.withoutSecondFactor),
                    link: accounts.withoutSecondFactor > 0 && !isDemanded
                        ? link("/admin/security", "toSecondFactor") : nil),
            ])
    }
}
