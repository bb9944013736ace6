import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import SenderDomains
import WebServer

/// Administration → Sender domains → one domain.
struct DomainDetailPages {
    /// How often the page looks again by itself while something is expected, seconds.
    private static let pollWhilePending = 15
    /// The same once all is right.
    private static let pollWhenSettled = 60

    let renderer: PageRenderer
    let parts: DomainParts

    private var administration: DomainAdministration { DomainAdministration(parts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/domains/:domain") { request, context in try await show(request, context) }
        group.get("admin/domains/:domain/:action") { request, context in
            if let format = ExportFormat(rawValue: context.parameters.get("action") ?? "") {
                return try await export(format, context)
            }
            return try await ask(request, context)
        }
        group.post("admin/domains/:domain/:action", use: act)
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = context.text
        let detail = try await administration.detail(try context.pathDomain())
        let domain = detail.domain
        let setup = context.settings.domainSetup
        let plan = RecordPlan.shown(for: domain, setup: setup)
        let records = plan.map { ChecklistItem.list($0, domain.lastReport, text) } ?? []
        let troubles = DomainWords.troubles(domain.lastReport?.troubles ?? [], text)
        let (from, reason) = try seenAs(domain, context)
        let page = DomainPage(
            page: renderer.frame(
                domain.domain.unicode, .administration("/admin/domains"), request, context,
                scripts: ["copy.js", "poll.js", "busy.js"]),
            crumb: LinkView("/admin/domains", text("page.domains.title")),
            base: "/admin/domains/\(domain.domain.ascii)",
            domain: domain.domain.unicode, ascii: DomainWords.ascii(domain.domain),
            status: DomainWords.status(of: domain.state, text),
            summary: text("domain.state.summary-\(domain.state.rawValue)"), isPending: domain.state != .verified,
            pollSeconds: String(domain.state == .verified ? Self.pollWhenSettled : Self.pollWhilePending),
            warnings: DomainWords.warnings(of: domain, plan, text), seenAs: from, seenAsReason: reason,
            records: records,
            checked: domain.lastReport.map { renderer.time($0.at, context) },
            nextCheck: text(
                "page.domain.nextCheck", ["when": text.relative(domain.nextCheckAt, now: renderer.now())]),
            troubles: troubles, hasTroubles: !troubles.isEmpty, facts: DomainWords.facts(of: domain.lastReport, text),
            handOver: try handOver(detail.handOver, context),
            policies: DomainPage.Policy.all(chosen: domain.policy, text),
            held: detail.held == 0 ? nil : text.plural("page.domain.held", detail.held),
            keys: domain.keys.map {
                DomainPage.Key($0, ttl: setup.ttl, now: renderer.now(), timeZone: context.web.timeZone, text)
            }, hasKeys: !domain.keys.isEmpty, canRotate: domain.keys.contains { $0.origin != .told },
            controlText: controlText(domain, context), canProve: !domain.control.isProven,
            events: detail.history.map { event($0, detail.actors, context) }, errorSummary: nil)
        return renderer.response(page)
    }

    /// What recipients see of somebody of this domain; the reader's own address if it is one.
    private func seenAs(_ domain: SenderDomain, _ context: WebContext) throws -> (from: String, reason: String) {
        let text = context.text
        let reader = try context.signedIn().account.mailbox
        let author =
            reader.address.domain == domain.domain
            ? reader
            : Mailbox(name: reader.name, address: try EmailAddress(parsing: "name@\(domain.domain.ascii)"))
        guard let decision = context.settings.senderDecision(author: author) else {
            return (text("page.domain.seenAs-nobody"), text("page.domain.noSender"))
        }
        let isLeaving = decision.outcome == .own || decision.outcome == .fallback
        return (
            isLeaving ? decision.from.displayForm : text("page.domain.seenAs-nobody"),
            text("domain.decision.\(decision.code)", ["domain": domain.domain.unicode])
        )
    }

    private func handOver(
        _ link: HandOver?, _ context: WebContext
    ) throws -> DomainPage.HandOverLink? {
        guard let link else { return nil }
        let text = context.text
        return DomainPage.HandOverLink(
            address: context.settings.addresses.handOver(try administration.token(of: link)).absoluteString,
            text: text("page.domain.handOverUntil", ["date": text.date(link.expiresAt, timeZone: context.web.timeZone)])
        )
    }

    private func controlText(_ domain: SenderDomain, _ context: WebContext) -> String {
        let text = context.text
        guard let method = domain.control.method, let at = domain.control.provenAt else {
            return text("page.domain.controlOpen", ["domain": domain.domain.unicode])
        }
        return text(
            "page.domain.controlProven-\(method.rawValue)", ["date": text.date(at, timeZone: context.web.timeZone)])
    }

    private func event(
        _ entry: DomainHistoryEntry, _ actors: [AccountID: String], _ context: WebContext
    ) -> DomainPage.Event {
        let text = context.text
        let sign = DomainWords.sign(of: entry.code)
        let what = DomainWords.event(entry, text)
        let who = entry.actor.map { actors[$0] ?? $0.description }
        return DomainPage.Event(
            kind: sign.kind, icon: sign.icon,
            text: who.map { text("page.domain.deedBy", ["what": what, "who": $0]) } ?? what,
            time: renderer.time(entry.at, context))
    }

    private func export(_ format: ExportFormat, _ context: WebContext) async throws -> Response {
        let domain = try await administration.domain(try context.pathDomain())
        let setup = context.settings.domainSetup
        guard let plan = RecordPlan.shown(for: domain, setup: setup) else {
            throw DeliveriesError(.notFound)
        }
        return format.response(plan)
    }

    // MARK: Doing

    private func act(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let name = try context.pathDomain()
        let actor = try context.signedIn().account
        let origin = context.origin(of: request)
        let action = try self.action(context)
        do {
            switch action {
            case .check: _ = try await administration.check(name)
            case .policy:
                guard let policy = SenderDomain.Policy(rawValue: form["policy"]) else {
                    throw DeliveriesError(.invalid)
                }
                try await administration.setPolicy(policy, of: name, by: actor.id, origin: origin)
            case .rotate: _ = try await administration.rotate(name, .planned, by: actor.id, origin: origin)
            case .emergency: _ = try await administration.rotate(name, .emergency, by: actor.id, origin: origin)
            case .importKey:
                _ = try await administration.importKey(
                    form["key"], selector: form["selector"], for: name, by: actor.id, origin: origin)
            case .handOver: _ = try await administration.makeHandOver(for: name, by: actor.id, origin: origin)
            case .revoke: try await administration.revokeHandOver(of: name, by: actor.id, origin: origin)
            case .postmaster: try await administration.askPostmaster(of: name, by: actor, origin: origin)
            case .release: try await administration.releaseHeld(for: name, by: actor.id, origin: origin)
            case .remove:
                try await administration.remove(name, by: actor.id, origin: origin)
                return .redirect(to: "/admin/domains?done=\(action.done)")
            }
            return .redirect(to: "/admin/domains/\(name.ascii)?done=\(action.done)\(action.anchor)")
        } catch let error as DeliveriesError where FormErrors.canShow(error) && action.isAsked {
            return try await ask(request, context, typed: form, errors: FormErrors(error, context.text))
        }
    }

    /// Asks once before something is done that cannot be taken back.
    private func ask(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let action = try self.action(context)
        guard action.isAsked else { throw DeliveriesError(.notFound) }
        let text = context.text
        let domain = try await administration.domain(try context.pathDomain()).domain
        let fields: [FormField] =
            action == .importKey
            ? [
                .line(
                    "selector", text("page.domain.selector"), typed?["selector"] ?? "", autocomplete: "off",
                    isPlain: true),
                .area(
                    "key", text("page.domain.importKey"), rows: 8, hint: text("page.domain.importKeyHint"),
                    isSource: true),
            ] : []
        let page = ConfirmPage(
            page: renderer.frame(
                text("page.domain.\(action.words)"), .administration("/admin/domains"), request, context),
            crumb: LinkView("/admin/domains/\(domain.ascii)", domain.unicode),
            paragraphs: [text("page.domain.\(action.words)Text", ["domain": domain.unicode])],
            action: request.uri.path, fields: fields, submit: text("page.domain.\(action.button)"),
            isDestructive: action.isDestructive, errors: errors)
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func action(_ context: WebContext) throws -> DomainAction {
        guard let action = context.parameters.get("action").flatMap({ DomainAction(rawValue: $0) }) else {
            throw DeliveriesError(.notFound)
        }
        return action
    }
}

extension WebContext {
    /// The domain in the path, as A-labels; throws `.notFound` for what is none.
    func pathDomain() throws -> MailDomain {
        guard let domain = parameters.get("domain").flatMap({ try? MailDomain(parsing: $0) }) else {
            throw DeliveriesError(.notFound)
        }
        return domain
    }
}
