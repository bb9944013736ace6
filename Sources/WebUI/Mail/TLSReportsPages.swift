import Deliveries
import Foundation
import Hummingbird
import Localization
import MailMessage
import WebServer

/// What others report of TLS towards our domains.
struct TLSReportsPage: PageModel {
    /// One of our domains.
    struct Domain: Sendable, Equatable {
        let name: String
        let successful: String
        let failed: String
        let hasFailed: Bool
    }

    /// Something that failed.
    struct Failure: Sendable, Equatable {
        let domain: String
        let host: String
        let what: String
        let code: String
        let sessions: String
    }

    static let template = "admin-tls-reports"
    let page: PageFrame
    let crumb: LinkView
    let summary: String
    let domains: [Domain]
    let hasReports: Bool
    let failures: [Failure]
    let hasFailures: Bool
    let reporters: String
    /// The record that asks for reports; nil while no mail comes to us.
    let record: FactView?
}

/// Administration → Built-in mail server → what others report of TLS.
struct TLSReportsPages {
    /// How many days are shown.
    private static let days = 30
    private static let mostFailures = 200
    private static let mostReporters = 12

    let renderer: PageRenderer
    let accounts: AccountParts

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/tls-reports", use: show)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let first = Int(renderer.now().timeIntervalSince1970 / 86_400) - Self.days
        let (domains, failures, reporters) = try await accounts.database.read { transaction in
            let store = transaction.tlsReports
            return (
                try store.domains(from: first), try store.failures(from: first, limit: Self.mostFailures),
                try store.organisations(from: first)
            )
        }
        let failed = domains.reduce(0) { $0 + $1.failed }
        let total = domains.reduce(failed) { $0 + $1.successful }
        let summary =
            if domains.isEmpty {
                text("page.tlsReports.none")
            } else if failed == 0 {
                text.plural("page.tlsReports.allGood", total)
            } else {
                text.plural("page.tlsReports.someFailed", total, ["failed": text.number(failed)])
            }
        let named = reporters.prefix(Self.mostReporters).joined(separator: ", ")
        let page = TLSReportsPage(
            page: renderer.frame(
                text("page.tlsReports.title"), .administration(MailServerPages.area(for: context)), request, context,
                scripts: ["copy.js"]),
            crumb: LinkView(MailServerPages.path, text("page.mailserver.title")), summary: summary,
            domains: domains.map { domain in
                .init(
                    name: Self.shown(domain.domain), successful: text.number(domain.successful),
                    failed: text.number(domain.failed), hasFailed: domain.failed > 0)
            }, hasReports: !domains.isEmpty,
            failures: failures.map { failure in
                let key = "page.tlsReports.result.\(failure.result)"
                return .init(
                    domain: Self.shown(failure.domain), host: failure.host.isEmpty ? "–" : failure.host,
                    what: text(text.has(key) ? key : "page.tlsReports.result.other"), code: failure.result,
                    sessions: text.number(failure.sessions))
            }, hasFailures: !failures.isEmpty,
            reporters: reporters.count > Self.mostReporters ? named + " …" : named,
            record: context.settings.returnPathDomain.map { domain in
                FactView("_smtp._tls.\(domain.ascii)", "v=TLSRPTv1; rua=mailto:tls-reports@\(domain.ascii)")
            })
        return renderer.response(page)
    }

    private static func shown(_ domain: String) -> String {
        (try? MailDomain(parsing: domain))?.unicode ?? domain
    }
}
