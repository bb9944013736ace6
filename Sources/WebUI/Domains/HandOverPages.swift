import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import Secrets
import SenderDomains
import WebServer

/// Pages behind links, for people without an account: who looks after a domain's DNS, and its postmaster.
struct HandOverPages {
    /// How often the page looks again by itself, seconds: no oftener than DNS is asked.
    private static let poll = Int(DomainAdministration.handOverPatience)

    let renderer: PageRenderer
    let parts: DomainParts

    private var administration: DomainAdministration { DomainAdministration(parts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("dns/:token", use: show)
        group.get("dns/:token/:format", use: export)
        group.get("postmaster/:token", use: ask)
        group.post("postmaster/:token", use: confirm)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let token = try context.pathToken()
        let (domain, link) = try await administration.handedOver(token)
        let settings = context.settings
        let plan = RecordPlan.shown(for: domain, setup: settings.domainSetup)
        let page = HandOverPage(
            page: renderer.frame(
                text("page.handOver.title", ["domain": domain.domain.unicode]), .outside, request, context,
                scripts: ["copy.js", "poll.js"]),
            base: "/dns/\(token.text)",
            intro: text(
                "page.handOver.intro",
                ["organisation": settings.organisationName, "domain": domain.domain.unicode]),
            status: DomainWords.status(of: domain.state, text),
            summary: text("domain.state.summary-\(domain.state.rawValue)"), pollSeconds: String(Self.poll),
            checked: domain.lastReport.map { renderer.time($0.at, context) },
            records: plan.map { ChecklistItem.list($0, domain.lastReport, text).filter(\.isForPublishing) } ?? [],
            validUntil: text(
                "page.handOver.validUntil", ["date": text.date(link.expiresAt, timeZone: context.web.timeZone)]))
        return renderer.response(page)
    }

    private func export(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let format = context.parameters.get("format").flatMap({ ExportFormat(rawValue: $0) }) else {
            throw DeliveriesError(.notFound)
        }
        let (domain, _) = try await administration.handedOver(try context.pathToken())
        let setup = context.settings.domainSetup
        guard let plan = RecordPlan.shown(for: domain, setup: setup) else {
            throw DeliveriesError(.notFound)
        }
        return format.response(plan)
    }

    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let domain = try await administration.domainToConfirm(try context.pathToken())
        let organisation = context.settings.organisationName
        let page = SmallFormPage(
            page: renderer.frame(text("page.domain.postmasterTitle"), .outside, request, context),
            intro: text("page.domain.postmasterText", ["organisation": organisation, "domain": domain.unicode]),
            action: request.uri.path, fields: [], submit: text("page.domain.postmasterButton"))
        return renderer.response(page)
    }

    private func confirm(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await renderer.form(request, context)
        let text = context.text
        let domain = try await administration.confirmControl(
            try context.pathToken(), origin: context.origin(of: request))
        let page = MessagePage(
            page: renderer.frame(text("page.domain.postmasterTitle"), .outside, request, context),
            paragraphs: [text("page.domain.postmasterDone", ["domain": domain.unicode])])
        return renderer.response(page)
    }
}
