import DNS
import Deliveries
import Foundation
import HTTPTypes
import Hummingbird
import Localization
import MailMessage
import SenderDomains
import WebServer

/// Administration → Sender domains: the list, and how a domain is added: look first, then add.
struct DomainPages {
    let renderer: PageRenderer
    let parts: DomainParts

    private var administration: DomainAdministration { DomainAdministration(parts) }

    func add(to group: RouterGroup<WebContext>) {
        group.get("admin/domains") { request, context in try await list(request, context) }
        group.post("admin/domains/look", use: look)
        group.post("admin/domains/new", use: create)
        group.get("admin/domains/settings") { request, context in try await settings(request, context) }
        group.post("admin/domains/settings", use: saveSettings)
    }

    private func list(
        _ request: Request, _ context: WebContext, typed: String = "", errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let settings = context.settings
        let domains = try await administration.list()
        let open = try await DomainRequests(parts).list(state: .open, offset: 0, limit: 50).requests
        let suggested = try await administration.accountDomains()
        let fields = [
            FormField.line(
                "domain", text("page.domains.field"), typed, hint: text("page.domains.fieldHint"), autocomplete: "off",
                isPlain: true)
        ].judged(by: errors)
        let suggestions = suggested.prefix(10).map { suggestion in
            DomainListPage.Suggestion(
                domain: suggestion.domain.unicode, text: text.plural("page.domains.suggested", suggestion.accounts))
        }
        let rows = domains.map { row($0, context) }
        let page = DomainListPage(
            page: try await frame(text("page.domains.title"), request, context, scripts: ["copy.js", "busy.js"]),
            requests: open.map { waiting($0, context) }, hasRequests: !open.isEmpty, rows: rows, hasRows: !rows.isEmpty,
            suggestions: suggestions, hasSuggestions: !suggestions.isEmpty, fields: fields,
            ownRecord: Self.ownRecord(settings, text), errorSummary: errors?.summary(for: fields))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func row(_ domain: SenderDomain, _ context: WebContext) -> DomainListPage.Row {
        let text = context.text
        return DomainListPage.Row(
            href: "/admin/domains/\(domain.domain.ascii)", domain: domain.domain.unicode,
            ascii: DomainWords.ascii(domain.domain), status: DomainWords.status(of: domain.state, text),
            seenAs: text("page.domains.seenAs-\(domain.standing.isUsable ? "own" : domain.policy.rawValue)"),
            checked: domain.lastReport.map { renderer.time($0.at, context) })
    }

    private func waiting(_ request: DomainRequest, _ context: WebContext) -> DomainListPage.Waiting {
        let text = context.text
        return DomainListPage.Waiting(
            href: "/admin/domain-requests/\(request.id)", domain: request.domain.unicode,
            text: text(
                "page.domains.requestFrom",
                [
                    "who": request.name.isEmpty ? request.email.displayForm : request.name,
                    "when": text.relative(request.createdAt, now: renderer.now()),
                ]), status: DomainWords.status(of: request.state, text))
    }

    /// The SPF record of our own `_spf` name, if the include is one that this server's operator publishes.
    private static func ownRecord(_ settings: Settings, _ text: Localizer) -> DomainListPage.OwnRecord? {
        guard let record = settings.ownSPFRecord else { return nil }
        return DomainListPage.OwnRecord(
            text: text("page.domains.ownText", ["name": record.name.description]),
            record: PublishedRecordView(record, id: "own", text))
    }

    // MARK: Adding

    /// What is in DNS, before anything is changed.
    private func look(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        let text = context.text
        do {
            let (entry, look) = try await judged { try await administration.look(form["domain"]) }
            let page = DomainLookPage(
                page: try await frame(
                    text("page.domain.lookTitle", ["domain": entry.domain.unicode]), request, context,
                    scripts: ["busy.js"]),
                crumb: LinkView("/admin/domains", text("page.domains.title")), domain: entry.domain.ascii,
                sentences: DomainWords.sentences(of: look, text), facts: DomainWords.facts(of: look, text),
                cautions: entry.cautions.map { DomainWords.caution($0, text) })
            return renderer.response(page)
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await list(request, context, typed: form["domain"], errors: FormErrors(error, text))
        }
    }

    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await renderer.form(request, context)
        do {
            let domain = try await judged { try await administration.entry(form["domain"]) }.domain
            _ = try await administration.add(
                domain, by: try context.signedIn().account.id, origin: context.origin(of: request))
            return .redirect(to: "/admin/domains/\(domain.ascii)?done=domain-added")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await list(request, context, typed: form["domain"], errors: FormErrors(error, context.text))
        }
    }

    /// Tells a refusal at the field of the domain.
    private func judged<Result>(_ read: () async throws -> Result) async throws -> Result {
        do {
            return try await read()
        } catch let refusal as DomainRefusal {
            throw DeliveriesError(.invalid, fields: [DomainWords.mistake(refusal)])
        }
    }

    // MARK: Settings

    private func settings(
        _ request: Request, _ context: WebContext, typed: FormBody? = nil, errors: FormErrors? = nil
    ) async throws -> Response {
        let text = context.text
        let groups = SettingForm.domains.fieldGroups(context.settings, typed: typed, text)
        let page = SettingPage(
            page: try await frame(text("page.domains.settingsTitle"), request, context), intro: nil,
            action: "/admin/domains/settings", groups: groups.map { $0.judged(by: errors) },
            errorSummary: errors?.summary(for: groups.flatMap(\.fields)))
        return renderer.response(page, status: errors?.status ?? .ok)
    }

    private func saveSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let typed = try await renderer.form(request, context)
        let service = parts.base.settings
        do {
            try await service.set(
                SettingForm.domains.values(typed, try await service.current()),
                by: try context.signedIn().account.id, clientAddress: context.clientAddress)
            return .redirect(to: "/admin/domains?done=saved")
        } catch let error as DeliveriesError where FormErrors.canShow(error) {
            return try await settings(
                request, context, typed: typed, errors: FormErrors(error, context.text))
        }
    }

    private func frame(
        _ title: String, _ request: Request, _ context: WebContext, scripts: [String] = []
    ) async throws -> PageFrame {
        renderer.frame(title, .administration("/admin/domains"), request, context, scripts: scripts)
    }
}
