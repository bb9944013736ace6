import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import SenderDomains
import WebServer

/// Administration → Sender domains → one domain → what receivers report.
struct DMARCReportsPages {
    /// How many days are shown.
    private static let days = 30
    private static let mostSources = 200
    private static let mostReporters = 12

    let renderer: PageRenderer
    let parts: DomainParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/domains/:domain/dmarc", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let domain = try await DomainAdministration(parts).domain(try context.pathDomain())
        let name = domain.domain
        let now = renderer.now()
        let first = Int(now.timeIntervalSince1970 / 86_400) - Self.days
        let (days, sources, reporters) = try await parts.base.database.read { transaction in
            let store = transaction.dmarcReports
            return (
                try store.days(of: name, from: first),
                try store.sources(of: name, from: first, limit: Self.mostSources),
                try store.organisations(of: name, from: first)
            )
        }
        let words = DMARCSourceWords(text: text)
        let failed = days.reduce(0) { $0 + $1.failed }
        let total = days.reduce(failed) { $0 + $1.passed }
        let summary =
            if days.isEmpty {
                text("page.dmarc.none")
            } else if failed == 0 {
                text.plural("page.dmarc.allPassed", total)
            } else {
                text.plural("page.dmarc.someFailed", total, ["failed": text.number(failed)])
            }
        let named = reporters.prefix(Self.mostReporters).joined(separator: ", ")
        let address = Self.address(context.settings)
        let page = DMARCReportsPage(
            page: renderer.frame(
                text("page.dmarc.title", ["domain": name.unicode]), .administration("/admin/domains"), request, context,
                scripts: ["copy.js"]),
            crumb: LinkView("/admin/domains/\(name.ascii)", name.unicode), summary: summary,
            sources: sources.map { words.row($0) }, hasReports: !days.isEmpty,
            days: days.map { day in
                .init(
                    date: text.date(
                        Date(timeIntervalSince1970: Double(day.day) * 86_400), timeZone: .gmt),
                    passed: text.number(day.passed), failed: text.number(day.failed), hasFailed: day.failed > 0)
            },
            reporters: reporters.count > Self.mostReporters ? named + " …" : named,
            reportAddress: address.map { "mailto:\($0.wireForm)" },
            consent: address.flatMap { Self.consent(for: name, at: $0.domain) })
        return renderer.response(page)
    }

    /// Where receivers can send reports, if mail comes to us at all.
    private static func address(_ settings: Settings) -> EmailAddress? {
        guard let domain = settings.returnPathDomain else { return nil }
        return try? EmailAddress(localPart: "dmarc-reports", domain: domain)
    }

    /// RFC 9990, 4: receivers send reports to another domain only if that domain says so in DNS.
    private static func consent(for domain: MailDomain, at own: MailDomain) -> FactView? {
        guard own != domain, !own.ascii.hasSuffix("." + domain.ascii) else { return nil }
        return FactView("\(domain.ascii)._report._dmarc.\(own.ascii)", "v=DMARC1")
    }
}
